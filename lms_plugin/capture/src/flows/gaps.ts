/** What stands between people and their certificate: ticked where the facts show it, flagged in one go. */

import type { App, Flow } from '../app';
import type { Draft, RosterRow } from '../host';
import { newId } from '../reference';
import { bdi, el } from '../ui';
import { outcome } from './outcome';
import ar from './words.ar';
import en from './words.en';
import { options } from './controls';

const GAPS = [
    'national_id_missing', 'national_id_invalid', 'national_id_duplicate', 'name_ar_missing', 'name_en_missing', 'name_mismatch',
    'phone_missing', 'attendance_below', 'enrolment_ended', 'enrolment_suspended', 'enrolment_not_started', 'not_enrolled',
    'not_completed', 'certificate_not_issued', 'certificate_wrong_data', 'registry_not_submitted', 'registry_pending',
    'registry_rejected',
];

interface Line {
    node: HTMLElement;
    person: RosterRow;
    result: HTMLElement;
    gaps(): string[];
}

export const gaps: Flow = (app) => {
    const { t, host, context } = app;
    t.learn({ ar, en });
    const all = context.can.flag;
    const node = el('div', { class: 'stack' });

    function load(): void {
        node.replaceChildren(el('p', { role: 'status' }, t('loading')));
        host.roster().then((rows) => draw(rows), () => draw([], true));
    }

    function draw(rows: RosterRow[], failed = false): void {
        const missing = failed && el('p', { class: 'note soon', role: 'alert' }, t('no_roster'));
        const retry = failed && el('button', { type: 'button', class: 'quiet', onclick: load }, t('retry'));
        // Whoever may only speak of oneself can do so although the facts are silent.
        const shown = all || rows.length ? rows : [{ id: '', name: '', gaps: [], unknown: [] }];
        node.replaceChildren(...[missing, retry, shown.length && table(app, shown)].filter(Boolean) as Node[]);
        if (!failed && !rows.length) {
            node.prepend(el('p', { class: 'note' }, t('no_gaps')));
        }
    }

    load();
    return { title: t('gaps'), node, wide: all };
};

function table(app: App, rows: RosterRow[]): HTMLElement {
    const { t, queue, context } = app;
    const all = context.can.flag;
    const lines = rows.map((row) => line(app, row, () => count()));
    const chosen = el('span', { class: 'fine' });
    const said = el('p', { role: 'status' });
    const none = el('p', { class: 'note good' }, t('no_gaps'));
    const filters = ['with_gaps', 'everyone'].map((name, at) => el('button', {
        type: 'button', class: 'quiet', 'aria-pressed': 'false', onclick: () => filter(at),
    }, t(name)));

    function filter(which: number): void {
        filters.forEach((button, at) => button.setAttribute('aria-pressed', String(at === which)));
        lines.forEach(({ node, person, gaps: ticked }) => { node.hidden = !which && !person.gaps.length && !ticked().length; });
        none.hidden = lines.some(({ node }) => !node.hidden);
    }

    function count(): void {
        chosen.textContent = all ? t('chosen', lines.filter(({ gaps: ticked }) => ticked().length).length) : '';
    }

    async function flag(): Promise<void> {
        const sent = lines.filter(({ gaps: ticked }) => ticked().length);
        said.textContent = sent.length ? '' : t('need_gap');
        const states = new Map<string, string>();
        const tell = (): void => {
            const how = (state: string): number => [...states.values()].filter((one) => one === state).length;
            said.textContent = [
                how('stored') && t('flagged', how('stored')), how('waiting') && t('saved'),
                how('refused') && `${t('refused')}: ${t.digits(how('refused'))}`,
            ].filter(Boolean).join(' · ');
        };
        const drafts = sent.map(({ person, result, gaps: ticked }): Draft => {
            const id = newId();
            result.replaceChildren(outcome(app, id, (state) => {
                states.set(id, state);
                tell();
            }));
            return {
                id, kind: 'certificate_gap', gaps: ticked(), occurred_at: new Date().toISOString(),
                about: all ? { id: person.id, role: 'trainee' } : null, locale: t.language,
            };
        });
        await queue.add(...drafts).catch(() => { said.textContent = t('lost'); });
    }

    filter(all && lines.some(({ person }) => person.gaps.length) ? 0 : 1);
    count();
    return el('div', { class: 'stack' },
        el('p', { class: 'fine' }, t('gaps_how')),
        all && el('div', { class: 'row', role: 'group', 'aria-label': t('show') }, filters),
        none, el('ul', { class: 'people' }, lines.map(({ node }) => node)),
        context.links.roster && el('a', { class: 'link', href: context.links.roster, target: '_blank', rel: 'noopener' }, t('readiness')),
        el('div', { class: 'dock' }, el('button', { type: 'button', class: 'main', onclick: flag }, t('flag')), chosen, said));
}

function line({ t }: App, person: RosterRow, changed: () => void): Line {
    const ticks = new Map<string, HTMLInputElement>();
    const result = el('p');
    const more = el('select', {
        'aria-label': t('add_gap'),
        onchange: () => {
            put(more.value).focus();
            offer();
            changed();
        },
    });

    const chips = el('div', { class: 'row' }, more);

    function put(gap: string, checked = true): HTMLInputElement {
        const tick = el('input', { type: 'checkbox', checked, onchange: changed });
        ticks.set(gap, tick);
        more.before(el('label', { class: checked ? 'chip' : 'chip unknown' }, tick, !checked && t('unchecked') + ' ', t(gap)));
        return tick;
    }

    function offer(): void {
        more.replaceChildren(...options([['', '+ ' + t('add_gap')],
            ...GAPS.filter((gap) => !ticks.has(gap)).map((gap): [string, string] => [gap, t(gap)])]));
    }

    person.gaps.forEach((gap) => put(gap));
    person.unknown.forEach((gap) => put(gap, false));
    offer();
    return {
        person, result,
        node: el('li', null, el('fieldset', null, el('legend', null, bdi(person.name)), chips, result)),
        gaps: () => [...ticks].filter(([, tick]) => tick.checked).map(([gap]) => gap),
    };
}
