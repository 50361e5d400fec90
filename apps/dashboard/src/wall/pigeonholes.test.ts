import { assignPlaces } from './pigeonholes.ts';

describe('places on the wall', () => {
  it('are given in order', () => {
    expect([...assignPlaces(new Map(), ['a', 'b', 'c'])]).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
  });

  it('stay with a session while it lives', () => {
    const before = assignPlaces(new Map(), ['a', 'b', 'c']);
    expect(assignPlaces(before, ['c', 'a'])).toEqual(
      new Map([
        ['a', 0],
        ['c', 2],
      ]),
    );
  });

  it('that became free are taken first', () => {
    const before = assignPlaces(assignPlaces(new Map(), ['a', 'b', 'c']), ['a', 'c']);
    const after = assignPlaces(before, ['a', 'c', 'd', 'e']);
    expect([after.get('d'), after.get('e')]).toEqual([1, 3]);
  });
});
