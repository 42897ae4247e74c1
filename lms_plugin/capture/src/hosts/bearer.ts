/** The sidecar itself as host, with a person's token: the live room and the companion page. */

import { type Addition, type Contact, type Context, type Draft, type Host, type Known, type Language, Refusal, type Status, type Stored } from '../host';

export interface Bearer {
    /** The sidecar's address. */
    url: string;
    /** Gives the person's token; asked again for each call, since tokens end. */
    token(): string;
    language: Language;
    person: string;
    context: Context;
    channel: 'in_room' | 'web';
    page: 'live_room' | 'companion';
    /** The token's own role: the sidecar believes the token, not this. */
    role: string;
}

/** Statuses after which the same report will never be taken. */
const FINAL = [400, 403, 409, 413, 415, 422];

export function bearerHost(bearer: Bearer): Host {
    const call = async (path: string, body?: unknown): Promise<unknown> => {
        const answer = await fetch(bearer.url + path, {
            method: body ? 'POST' : 'GET',
            headers: {
                Authorization: `Bearer ${bearer.token()}`, 'Accept-Language': bearer.language,
                ...(body ? { 'Content-Type': 'application/json', 'nidaa-sent-at': new Date().toISOString() } : {}),
            },
            body: body ? JSON.stringify(body) : null,
        });
        const told = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
        if (answer.ok) {
            return told;
        }
        const errors = (told.errors as { reason: string }[] | undefined) ?? [];
        const reason = errors.map((one) => one.reason).join(' ') || String(told.detail ?? told.title ?? answer.status);
        throw new Refusal(String(answer.status), reason, FINAL.includes(answer.status));
    };
    const one = async (draft: Draft): Promise<Stored | Refusal> => {
        const { room, group, diagnostics, place: _, ...said } = draft;
        try {
            return { ...(await call('/v1/reports', {
                version: 1, ...said, channel: bearer.channel, diagnostics: diagnostics ?? {},
                reporter: { role: bearer.role },
                place: {
                    page: bearer.page, course: { id: bearer.context.course.id, name: bearer.context.course.name },
                    activity: room ? { id: room } : null, group: group ?? null,
                },
            }) as Stored), delivered: true };
        } catch (error) {
            if (error instanceof Refusal) {
                return error;
            }
            throw error;
        }
    };
    return {
        language: bearer.language,
        person: bearer.person,
        here: bearer.context,
        context: async () => bearer.context,
        send: (drafts) => Promise.all(drafts.map(one)),
        add: async ({ report, ...said }: Addition) => void (await call(`/v1/reports/${report}/additions`, said)),
        status: async (ids) => (await Promise.allSettled(ids.map((id) => call(`/v1/reports/${id}`))))
            .flatMap((one) => (one.status === 'fulfilled' ? [{ ...(one.value as Status), delivered: true }] : [])),
        known: async () => ((await call('/v1/known')) as { known: Known[] }).known,
        people: async () => [],
        roster: async () => [],
        contact: async () => {
            const told = (await call('/v1/contact')) as { as_of: string; ways: Record<string, unknown>[] };
            const mine = (value: unknown): string => (value as Record<Language, string>)[bearer.language];
            return {
                as_of: told.as_of,
                ways: told.ways.map((way) => ({ ...way, label: mine(way.label), expected: mine(way.expected) })),
            } as unknown as Contact;
        },
    };
}
