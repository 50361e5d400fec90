/* global document, requestAnimationFrame */

/**
 * Counts frames for a while. `selector`: of an element that moves by `step` pixels in each of them, there and back.
 *
 * @returns {Promise<{ perSecond: number, p95Ms: number, longestMs: number }>}
 */
globalThis.countFrames = ({ ms, step, selector }) =>
  new Promise((resolve) => {
    const element = selector && document.querySelector(selector);
    const gaps = [];
    let direction = 1;
    let startedAt;
    let last;
    const frame = (now) => {
      if (startedAt === undefined) startedAt = now;
      else gaps.push(now - last);
      last = now;
      if (element) {
        const before = element.scrollTop;
        element.scrollTop += direction * step;
        if (element.scrollTop === before) direction = -direction;
      }
      if (now - startedAt < ms) return requestAnimationFrame(frame);
      gaps.sort((a, b) => a - b);
      resolve({
        perSecond: (gaps.length * 1_000) / (now - startedAt),
        p95Ms: gaps[Math.floor(gaps.length * 0.95)],
        longestMs: gaps.at(-1),
      });
    };
    requestAnimationFrame(frame);
  });
