/** What every view of the panel is given. */

import type { Context, Host, Known } from './host';
import type { Panel } from './panel';
import type { Queue } from './queue';
import type { Words } from './words';

export interface App {
    host: Host;
    panel: Panel;
    queue: Queue;
    /** Words: `t('no_sound')`, `t('others', 2)`. A flow adds its own by `t.learn({ar, en})`. */
    t: Words;
    /** Known once the panel is open. */
    context: Context;
    /** What a room knows already; asked once each time the panel opens. Nothing where it cannot be had. */
    known(room: string): Promise<Known[]>;
    /** Facts about browser and network, as far as they are known by now. */
    diagnostics(): Record<string, unknown>;
    /** The view that follows what was just queued: reference, where it stands, what can be added; `text` if it is refused. */
    follow(id: string, text?: string): View;
}

/**
 * One page of the panel. `node` is made anew whenever the view is shown; `focus` is where the keyboard starts (the title
 * otherwise), `leave` is called when another view takes its place or the panel closes.
 */
export interface View {
    title: string;
    node: HTMLElement;
    focus?: HTMLElement;
    leave?: () => void;
    /** A room manager's table is wider than a trainee's six symptoms. */
    wide?: boolean;
}

export type Flow = (app: App) => View;
