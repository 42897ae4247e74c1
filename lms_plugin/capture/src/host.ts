/**
 * What the capture core asks of whatever it sits in: a Moodle page, the live room, a companion page.
 *
 * Every method rejects with a `Refusal` where the host has answered "no", and with any other error where it could not be
 * reached. Only a `Refusal` with `final` may take a report out of the queue.
 * Ids are strings. Times are ISO 8601 with an offset. Nothing here says who the person is: the host derives that itself.
 */

export type Language = 'ar' | 'en';

export type Kind =
    | 'session_problem' | 'room_log' | 'certificate_gap' | 'support_request' | 'complaint' | 'suggestion' | 'inquiry';

export type Symptom =
    | 'no_mic' | 'no_sound' | 'no_video' | 'cannot_join' | 'no_screen_share' | 'slow' | 'trainer_absent' | 'no_captions'
    | 'other';

export type Preference = 'lms' | 'email' | 'sms' | 'call' | 'whatsapp';

/** A live room of the course. `groups` is empty where the room has none that this person may choose between. */
export interface Room {
    id: string;
    name: string;
    module: string;
    groups: { id: string; name: string }[];
    manages: boolean;
}

/** The institute's categories; `kinds` says for which reports one may be chosen. */
export interface Category {
    key: string;
    label: string;
    kinds: Kind[];
}

/** What this person can do here, asked for when the button is pressed. */
export interface Context {
    course: { id: string; name: string };
    /** The room of the page, if the page is one. */
    room: string | null;
    rooms: Room[];
    can: { log: boolean; flag: boolean; ask: boolean };
    categories: Category[];
    /** Whom a complaint may name: the course's trainers and room managers. */
    staff: { id: string; name: string; role: 'trainer' | 'room_manager' }[];
    /** Pages of the sidecar, opened in a tab. */
    links: { board?: string; roster?: string; questions?: string; desk?: string; mine?: string; public?: string };
}

/** What the person says. Fields that a kind does not use are left out; null, missing and empty mean the same. */
export interface Draft {
    id: string;
    /** `Host.place` of the page that it was made on: another page may have to send it. */
    place?: string;
    kind: Kind;
    symptom?: Symptom | null;
    category?: string | null;
    text?: string;
    /** When the person pressed, by this browser's clock. */
    occurred_at: string;
    /** The room's id (Moodle: cmid); null on a matter of the course. */
    room?: string | null;
    group?: string | null;
    about?: { id: string; role: 'trainee' | 'trainer' | 'room_manager' } | null;
    affected?: number | null;
    action_taken?: string;
    ended_at?: string | null;
    remedy_sought?: string;
    contact_preference?: Preference | null;
    gaps?: string[];
    /** Facts about browser and network; never names, addresses, sound or pictures. */
    diagnostics?: Record<string, unknown>;
    locale: Language;
}

/** Added to a report afterwards. */
export interface Addition {
    id: string;
    report: string;
    text: string;
    /** The answer to "is it working for you?". */
    works?: boolean;
}

/** A report that the host has stored. `delivered` is whether the sidecar has it already. */
export interface Stored {
    id: string;
    reference: string;
    delivered: boolean;
    state: string | null;
    case: string | null;
    /** Others of this room with the same symptom; null where unknown or outside a room. */
    same_in_room: number | null;
}

/** One thing that the person was told. */
export interface Said {
    at: string;
    cause: string;
    text: string;
}

/** Where a report stands. `poll_after` is in seconds. */
export interface Status extends Stored {
    timeline: { at: string; what: string; text: string }[];
    poll_after: number;
    /** What the person was told, oldest first, in the person's language. An older host says none of these five. */
    said?: Said[];
    /** Solved, and the person has not said whether it works again. */
    asks_works?: boolean;
    /** It had been solved before the person reported it. */
    already_known?: boolean;
    /** It had been open for a while when the person reported it. */
    joined_known?: boolean;
    since?: string | null;
}

/** An open failure of a room that everybody there may know of. */
export interface Known {
    symptom: Symptom;
    since: string;
    /** How many have reported it; null where nobody has yet. */
    people: number | null;
    /** The room's manager says so. */
    declared: boolean;
}

/** One person of the room's or course's roster. */
export interface Person {
    id: string;
    name: string;
}

/** A trainee with what stands between them and the certificate. Never an identity number. */
export interface RosterRow extends Person {
    /** Gaps that the facts show: pre-ticked. */
    gaps: string[];
    /** Gaps that could not be checked: shown as unknown, never as missing. */
    unknown: string[];
}

/** One way of reaching the institute (P4). Labels and sentences are in the person's language. */
export interface ContactWay {
    channel: string;
    label: string;
    /** What is dialled or written to, as people read it; null where the way has none. */
    address: string | null;
    href: string | null;
    open_now: boolean;
    /** When it closes (open) or opens next (closed); null where never or unknown. */
    until: string | null;
    /** What may be expected, as a sentence: "answered within 15 minutes". */
    expected: string;
}

export interface Contact {
    ways: ContactWay[];
    /** When the panel was last fetched; older than an hour is said. */
    as_of: string;
}

/** The host answered "no". `reason` is in the person's language; `final`: trying again cannot help. */
export class Refusal extends Error {
    constructor(readonly code: string, readonly reason: string, readonly final: boolean) {
        super(reason);
    }
}

export interface Host {
    language: Language;
    /** Keeps one person's waiting reports apart from another's on a shared computer. Not shown, not sent. */
    person: string;
    /** What the page knows without asking anybody: enough to report while the host cannot be reached. */
    here?: Pick<Context, 'room' | 'rooms'>;
    /** Which page this is, as the host names it (Moodle: the context's id). Kept with each report, so that it stays of its place. */
    place?: string;
    context(): Promise<Context>;
    /** Stores reports, each on its own: answers are in the order of the drafts, an error for what was not stored. */
    send(drafts: Draft[]): Promise<(Stored | Error)[]>;
    add(addition: Addition): Promise<void>;
    status(ids: string[]): Promise<Status[]>;
    /** What a room knows already, the oldest first. */
    known(room: string): Promise<Known[]>;
    people(room: string | null, group: string | null, prefix: string): Promise<Person[]>;
    roster(): Promise<RosterRow[]>;
    contact(): Promise<Contact>;
}
