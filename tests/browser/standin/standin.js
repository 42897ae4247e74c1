// The page's own script: what it is told stands in the query (`about`, JSON), as a real host would write it into the page.
import { mount } from './core/button.js';

const about = JSON.parse(new URLSearchParams(location.search).get('about') ?? '{}');
document.documentElement.lang = about.language;
document.documentElement.dir = about.language === 'ar' ? 'rtl' : 'ltr';

/** Where the host is `deaf`, it cannot be reached until the test says that it hears. */
const reached = async (answer) => (about.deaf && !window.hears ? Promise.reject(new Error('away')) : answer());

/** A host in this page, for what the sidecar has no endpoint for: it notes what it is asked and answers as it is told. */
const fakeHost = (Refusal) => ({
    language: about.language,
    person: about.person,
    here: about.here,
    place: about.place,
    context: () => (about.context ? Promise.resolve(about.context) : new Promise(() => {})),
    send: (drafts) => reached(() => {
        window.sent = [...(window.sent ?? []), ...drafts];
        const { refusal } = about;
        return drafts.map((draft) => (refusal ? new Refusal(refusal, 'النص أطول مما يُقبل', true)
            : { id: draft.id, reference: '208-226-399-3', delivered: about.delivered ?? true, state: 'received', case: null,
                same_in_room: null }));
    }),
    add: async (addition) => {
        if (about.refuse_additions) {
            throw new Refusal('nidaa_invalid', 'النص أطول مما يُقبل', true);
        }
        window.added = [...(window.added ?? []), addition];
    },
    status: async (ids) => (window.followed = [...(window.followed ?? []), ...ids]) && (about.status ? ids.map((id) => ({ id, reference: '208-226-399-3', ...about.status })) : []),
    known: async (room) => {
        window.wondered = [...(window.wondered ?? []), room];
        await new Promise((resolve) => setTimeout(resolve, about.known_after ?? 0));
        return about.known ?? Promise.reject(new Error('away'));
    },
    people: (room, group, prefix) => reached(() => (about.people ?? []).filter((one) => one.name.startsWith(prefix))),
    roster: () => reached(() => about.roster ?? []),
    contact: async () => about.contact ?? Promise.reject(new Error('away')),
});

mount({
    language: about.language,
    person: about.person,
    load: async (found) => {
        const [core, { default: words }, { bearerHost }] = await Promise.all(
            [import('./core/capture.js'), import(`./core/words_${about.language}.js`), import('./core/bearer.js')]);
        const host = about.fake ? fakeHost(core.Refusal) : bearerHost({ ...about, token: () => about.token });
        return core.start({ ...found, host, words, ping: about.url ? `${about.url}/v1/health` : null,
            flows: () => import(`./core/flows_${about.language}.js`) });
    },
});
document.documentElement.dataset.ready = '1';
