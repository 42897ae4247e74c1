/** The core: loaded at the first press, or when reports wait in this browser. */

import type { App, Flow } from './app';
import { collect } from './diagnostics';
import { follow, newest, put, standing } from './follow';
import { asks, Following } from './following';
import type { Context, Host, Known } from './host';
import type { Found } from './launcher';
import { Panel } from './panel';
import { type Further, press } from './press';
import { Queue } from './queue';
import { style } from './look';
import { PANEL } from './styles';
import { type Table, wordsOf } from './words';

export * from './ui';
export { newId, referenceOf } from './reference';
export { Refusal } from './host';

export interface Options extends Found {
    host: Host;
    /** The words of the host's language: `words.ar` or `words.en`. */
    words: Table;
    /** What is asked for round trips, or null. */
    ping: string | null;
    /** Loads the flows that are one step further. */
    flows(): Promise<{ flows: Record<Further, Flow>; css: string }>;
}

const NOTHING: Context = {
    course: { id: '', name: '' }, room: null, rooms: [], can: { log: false, flag: false, ask: true }, categories: [], staff: [],
    links: {},
};

export interface Capture {
    /** Shows the panel, and sends what waits. */
    open(): void;
    /** Sends what waits from an earlier page, and says where stands what was made on one. */
    resume(): void;
}

export function start(options: Options): Capture {
    const { host, root } = options;
    const t = wordsOf(host.language, options.words);
    style(root, PANEL);
    let facts: (() => Record<string, unknown>) | null = null;
    let known: Record<string, Promise<Known[]>> = {};
    const app: App = {
        host, t, panel: new Panel(root, t, () => say()), queue: new Queue(host), context: NOTHING,
        diagnostics: () => facts?.() ?? {},
        known: (room) => (known[room] ??= host.known(room).catch(() => [])),
        follow: (id, text = '') => {
            if (!following.all.has(id)) {
                following.begin(id, null, text).safe = true; // A flow shows it once the queue holds it.
            }
            return follow(app, following, id);
        },
    };
    const following = new Following(host, app.queue);
    // The line under the button speaks while the panel is closed, and of what happens in the rooms of this page alone.
    const say = (): void => {
        const mine = [...following.all.values()].filter((one) => !one.unknown && following.here(one.room)).sort((one, other) => one.at - other.at);
        const last = mine[mine.length - 1];
        const said = following.unread(...mine);
        put(options.badge, app.panel.isOpen || !last ? [] : said[0] ? newest(t, said)
            : [t(standing(last)) + (asks(last) ? ' · ' + t('works_ask') : '')]);
    };
    let shown = '';
    following.watch(() => {
        say();
        const now = [...following.all.values()].map(standing).join();
        if (now !== shown) {
            shown = now;
            app.panel.redraw(first);
        }
    });
    const recall = () => following.recall().catch(() => undefined);
    const recalled = recall();
    let flows: Record<Further, Flow> | null = null;
    const further = async (name: Further): Promise<void> => {
        if (!flows) {
            const loaded = await options.flows();
            style(root, loaded.css);
            flows = loaded.flows;
        }
        app.panel.show(() => flows![name](app));
    };
    app.context = { ...NOTHING, ...host.here };
    // What the page itself says is enough for two taps; the rest is asked for meanwhile, and once.
    let asked: 'loading' | 'known' | 'unreachable' = 'loading';
    const first = () => press(app, following, (name) => void further(name).catch(() => { asked = 'unreachable'; app.panel.redraw(first); }), asked);
    const open = (): void => {
        facts = collect(options.ping, options.ring);
        known = {};
        void recalled.then(() => app.queue.drain(true)); // What no mark told of.
        // What was reported before stands above what may be reported next; nobody waits for it long, and nothing moves under a finger.
        void Promise.race([recalled, new Promise((resolve) => setTimeout(resolve, 150))]).then(() => app.panel.show(first));
        if (asked === 'known') {
            return;
        }
        asked = 'loading';
        host.context().then((context) => {
            app.context = context;
            asked = 'known';
        }, () => {
            asked = 'unreachable';
        }).then(() => app.panel.redraw(first));
    };
    return { open, resume: () => void recall().then(() => app.queue.drain(true)).then(recall) };
}
