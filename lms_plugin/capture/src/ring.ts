/** What happened to the page in the last two minutes: it lost its connection, was hidden, met an error. */

/** When, in milliseconds, and what. */
export type Ring = [number, string][];

const LENGTH = 20;
const AGE = 120000;

/** Begins to remember; the launcher does, since what matters happened before anybody presses. */
export function watch(): Ring {
    const ring: Ring = [];
    for (const what of ['online', 'offline', 'error', 'unhandledrejection', 'visibilitychange']) {
        addEventListener(what, () => {
            ring.push([Date.now(), what[0] === 'v' ? document.visibilityState : what]);
            ring.splice(0, ring.length - LENGTH);
        });
    }
    return ring;
}

/** As a report tells it: seconds ago, and what. */
export const recent = (ring: Ring): { ago_s: number; what: string }[] => ring
    .map(([at, what]) => ({ ago_s: Math.round((Date.now() - at) / 1000), what }))
    .filter(({ ago_s }) => ago_s * 1000 < AGE);
