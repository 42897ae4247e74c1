/** The button: all that a page loads until somebody presses it, or this browser knows of an unfinished report. */

import type { Capture } from './capture';
import type { Language } from './host';
import { type Ring, watch } from './ring';
import { dress } from './look';

/** What the core finds when it is loaded. */
export interface Found {
    /** The launcher's shadow root, and the line under its label. */
    root: ShadowRoot;
    badge: HTMLElement;
    ring: Ring;
}

export interface Launcher {
    language: Language;
    /** As in `Host.person`. */
    person: string;
    /** Loads the core and starts it. */
    load(found: Found): Promise<Capture>;
}

const LABEL = { ar: 'الإبلاغ عن مشكلة', en: 'Report a problem' };
const FAILED = { ar: 'تعذّر التحميل. حاول من جديد.', en: 'It did not load. Try again.' };

/** Puts the button on the page, once, and returns its host element. */
export function mount({ language, person, load }: Launcher): HTMLElement {
    const host = document.createElement('div');
    host.id = 'nidaa';
    host.lang = language;
    host.dir = language === 'ar' ? 'rtl' : 'ltr';
    const root = host.attachShadow({ mode: 'open' });
    dress(root);
    const button = document.createElement('button');
    button.className = 'launch';
    button.setAttribute('aria-haspopup', 'dialog');
    const text = document.createElement('span');
    const badge = document.createElement('small');
    badge.setAttribute('role', 'status');
    text.append(LABEL[language], badge);
    button.append(mark(), text);
    root.append(button);
    document.body.append(host);
    const ring = watch();
    let core: Promise<Capture> | null = null;
    const loaded = (): Promise<Capture> => (core ??= load({ root, badge, ring }).catch((error: unknown) => {
        core = null;
        throw error;
    }));
    button.onclick = () => {
        loaded().then((capture) => {
            badge.textContent = '';
            capture.open();
        }, () => {
            badge.textContent = FAILED[language];
        });
    };
    const key = 'nidaa:' + person;
    const seen = key + ':seen';
    const resume = (): void => {
        try {
            // The cookie, since an LMS may empty `localStorage` at each sign-in; the "=" tells person 2 from person 21.
            if (document.cookie.includes(encodeURIComponent(key) + '=') || localStorage[key] || localStorage[seen]) {
                loaded().then((capture) => capture.resume(), () => undefined);
            }
        } catch { /* A browser that keeps nothing has nothing waiting. */ }
    };
    resume();
    addEventListener('storage', (event) => event.key === seen && resume()); // Reported in another tab.
    return host;
}

/** The letter noon: a bowl that receives, a dot that calls. */
function mark(): SVGElement {
    const make = (tag: string, attributes: Record<string, string>): SVGElement => {
        const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
        for (const name in attributes) {
            made.setAttribute(name, attributes[name]!);
        }
        return made;
    };
    const svg = make('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' });
    svg.append(
        make('path', { d: 'M4 10c0 13 16 13 16 0', fill: 'none', stroke: 'currentColor', 'stroke-width': '3', 'stroke-linecap': 'round' }),
        make('circle', { cx: '12', cy: '6', r: '2.4', fill: '#ff8f80' }));
    return svg;
}
