/**
 * Facts about browser and network that help to find a cause. Never names, labels of devices, addresses, sound or pictures.
 *
 * What a browser does not tell is left out. Collecting begins when the panel opens, so that the second tap waits for nothing.
 */

import { recent, type Ring } from './ring';

type Facts = Record<string, unknown>;

const PINGS = 3;
const BUDGET = 1200;

/** Begins to collect; the function returned gives what is known by then. */
export function collect(ping: string | null, ring: Ring): () => Facts {
    const facts: Facts = {};
    for (const part of [browser, connection, devices, ping ? (into: Facts) => pings(into, ping) : null]) {
        part?.(facts)?.catch?.(() => undefined);
    }
    return () => ({
        ...facts, online: navigator.onLine, events: recent(ring),
    });
}

interface Chromium extends Navigator {
    userAgentData?: { mobile: boolean; getHighEntropyValues(hints: string[]): Promise<Facts> };
    connection?: { type?: string; effectiveType?: string; rtt?: number; downlink?: number; saveData?: boolean };
}

const here = navigator as Chromium;

async function browser(into: Facts): Promise<void> {
    into.screen = `${innerWidth}x${innerHeight}`;
    if (here.userAgentData) {
        const told = await here.userAgentData.getHighEntropyValues(['platformVersion', 'fullVersionList', 'model']);
        const brands = told.fullVersionList as { brand: string; version: string }[];
        into.browser = brands.filter((one) => !/not.?a.?brand/i.test(one.brand)).map((one) => `${one.brand} ${one.version}`).join(', ');
        into.platform = `${told.platform} ${told.platformVersion}`;
        into.mobile = told.mobile;
    } else {
        into.browser = navigator.userAgent.slice(0, 200);
    }
}

async function connection(into: Facts): Promise<void> {
    const { type, effectiveType, rtt, downlink, saveData } = here.connection ?? {};
    into.connection = here.connection && { type, effective: effectiveType, rtt_ms: rtt, downlink_mbps: downlink, save_data: saveData };
}

async function devices(into: Facts): Promise<void> {
    const found = await navigator.mediaDevices.enumerateDevices();
    const count = (kind: string): number => found.filter((one) => one.kind === kind).length;
    into.devices = { microphones: count('audioinput'), speakers: count('audiooutput'), cameras: count('videoinput') };
}

/** Round trips to the host, side by side: a slow link is slow, and only what never came back is lost. */
async function pings(into: Facts, url: string): Promise<void> {
    const took: number[] = [];
    const result: Facts = (into.ping = { sent: PINGS, rtt_ms: took });
    await Promise.allSettled(Array.from({ length: PINGS }, async () => {
        const began = performance.now();
        const answer = await fetch(url, { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(BUDGET) });
        const rtt = performance.now() - began;
        took.push(Math.round(rtt));
        const skew = Date.now() - rtt / 2 - Date.parse(answer.headers.get('Date') ?? '');
        if (Math.abs(skew) > Math.max(rtt, 1500)) { // The header counts whole seconds; less than a round trip is noise.
            result.clock_skew_ms = Math.round(skew);
        }
    }));
    result.lost = PINGS - took.length;
}
