/** Support request, complaint, suggestion, question to the trainer: one form, whose text stays until it is queued. */

import type { App, Flow } from '../app';
import type { Draft, Kind, Preference } from '../host';
import { newId } from '../reference';
import { el, field } from '../ui';
import ar from './words.ar';
import en from './words.en';
import { fault, options } from './controls';

type Said = Record<string, string>;

export const request: Flow = (app) => {
    const { t, context, host, panel, queue } = app;
    t.learn({ ar, en });
    const kinds: Kind[] = ['support_request', 'complaint', 'suggestion'];
    if (context.can.ask) {
        kinds.push('inquiry');
    }
    const kept = keeping(host.person);
    const said = kept.read();
    const form = el('form', {
        novalidate: true,
        oninput: (event: Event) => {
            const { name, value } = event.target as HTMLInputElement;
            said[name] = value;
            kept.write(said);
            if (name === 'kind') {
                draw();
            }
        },
        onsubmit: (event: Event) => {
            event.preventDefault();
            void send();
        },
    });
    const text = el('textarea', { name: 'text', rows: 4, maxlength: 20000, dir: 'auto', required: true, value: said.text ?? '' });
    const select = (name: string, pairs: [string, string][]): HTMLElement =>
        el('select', { name }, options(pairs, said[name]));

    function draw(): void {
        const kind = kinds.includes(said.kind as Kind) ? said.kind! : kinds[0]!;
        said.kind = kind;
        const about = context.staff.map(({ id, name, role }): [string, string] => [id, `${name} (${t(role)})`]);
        const topics = context.categories.filter(({ kinds: of }) => of.includes(kind as Kind));
        const complaint = kind === 'complaint';
        form.replaceChildren(
            el('fieldset', { class: 'pick' }, el('legend', null, t('kind')), kinds.map((one) => el('label', null,
                el('input', { type: 'radio', name: 'kind', value: one, checked: one === kind }), t(one)))),
            complaint ? el('p', { class: 'note' }, t('confidential')) : '',
            kind !== 'inquiry' && topics.length ? field(t('topic'),
                select('category', [['', t('any_topic')], ...topics.map(({ key, label }): [string, string] => [key, label])])) : '',
            complaint && about.length ? field(t('whom'), select('about', [['', t('no_one')], ...about])) : '',
            field(t('text_' + kind), text, t('no_id')),
            complaint ? field(t('remedy'),
                el('textarea', { name: 'remedy', rows: 2, maxlength: 4000, dir: 'auto', value: said.remedy ?? '' })) : '',
            field(t('prefer'), select('prefer', [['', t('any_way')],
                ...['lms', 'email', 'sms', 'call', 'whatsapp'].map((one): [string, string] => [one, t(one)])])),
            el('p', { class: 'fine' }, t('next_' + kind)),
            kind === 'support_request' ? el('p', { class: 'fine' }, t('notice')) : '',
            el('button', { class: 'main' }, t('send')));
        (form.querySelector('input:checked') as HTMLElement).focus();
    }

    async function send(): Promise<void> {
        fault(text, text.value.trim() ? '' : t('need_text'));
        if (!text.value.trim()) {
            return;
        }
        const draft = draftOf(app, said, text.value);
        try {
            await queue.add(draft);
        } catch {
            fault(text, t('lost'));
            return;
        }
        kept.forget();
        const next = el('p', { class: 'fine' }, t('next_' + draft.kind));
        const stop = queue.listen((news) => {
            if (news.id === draft.id && news.state !== 'waiting') {
                stop();
                if (news.state === 'refused') {
                    kept.write(said); // So that it can be said otherwise without being written again.
                    next.hidden = true;
                }
            }
        });
        panel.show(() => {
            const view = app.follow(draft.id, draft.text);
            view.node.append(next);
            return view;
        }, true);
    }

    draw();
    return { title: t('request'), node: form };
};

function draftOf({ t, context, diagnostics }: App, said: Said, text: string): Draft {
    const kind = said.kind as Kind;
    const complaint = kind === 'complaint';
    const offered = context.categories.some(({ key, kinds }) => key === said.category && kinds.includes(kind));
    const staff = complaint && context.staff.find(({ id }) => id === said.about);
    return {
        id: newId(),
        kind,
        category: kind === 'inquiry' ? 'content_question' : (offered ? said.category! : null),
        text: text.trim(),
        occurred_at: new Date().toISOString(),
        // A complaint is nobody's business in the room; where the page stands, the host knows.
        room: kind === 'support_request' ? context.room : null,
        about: staff ? { id: staff.id, role: staff.role } : null,
        remedy_sought: complaint ? (said.remedy ?? '').trim() : '',
        contact_preference: (said.prefer || null) as Preference | null,
        ...(kind === 'support_request' ? { diagnostics: diagnostics() } : {}),
        locale: t.language,
    };
}

/** What is being written, for this person and this tab: a complaint must not wait for the next one at a shared computer. */
function keeping(person: string) {
    const key = 'nidaa:text:' + person;
    const attempt = <Answer>(work: () => Answer): Answer | undefined => {
        try {
            return work();
        } catch {
            return undefined; // A browser that keeps nothing can still send.
        }
    };
    return {
        read: (): Said => attempt(() => JSON.parse(sessionStorage.getItem(key) ?? '{}') as Said) ?? {},
        write: (said: Said) => attempt(() => sessionStorage.setItem(key, JSON.stringify(said))),
        forget: () => attempt(() => sessionStorage.removeItem(key)),
    };
}
