import fc from 'fast-check';

/** Few names, so that topics and filters meet; the empty level and `$` among them. */
const aName = fc.constantFrom('a', 'b', 'c', '', '$sys', 'é', '😀');

export const aTopic = fc
  .array(aName, { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/'))
  .filter((topic) => topic !== '');

export const aTopicFilter = fc
  .tuple(
    fc.array(fc.oneof(aName, fc.constant('+')), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '/#', '#'),
  )
  .map(([levels, end]) => (end === '#' ? '#' : levels.join('/') + end))
  .filter((topicFilter) => topicFilter !== '');
