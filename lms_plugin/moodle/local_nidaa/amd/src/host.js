// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

/**
 * Moodle as host of the capture core: its external functions, by its own ajax module.
 *
 * @module     local_nidaa/host
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

import Ajax from 'core/ajax';
import {Refusal} from 'local_nidaa/capture';

const TIMEOUT = 15000;
const SUBMIT = 'local_nidaa_submit_report';

/** After these the same report will never be taken; whatever else happens, it is tried again. */
const FINAL = ['nidaa_invalid', 'nidaa_conflict', 'nidaa_notallowed', 'nopermissions', 'requireloginerror', 'invalidrecord'];

/**
 * What Moodle's refusal means.
 *
 * @param {object} error as core/ajax rejects with; a lost connection has no errorcode
 * @returns {Error}
 */
const meaning = (error) => {
    if (!error?.errorcode) {
        return new Error(error?.message ?? 'unreachable');
    }
    return new Refusal(error.errorcode, error.message, FINAL.includes(error.errorcode));
};

/**
 * Several calls in one request, each with its own end.
 *
 * @param {string} methodname
 * @param {object[]} args
 * @returns {Promise<Array>} an answer or an Error for each
 */
const calls = async(methodname, args) => {
    const promises = Ajax.call(args.map((each) => ({methodname, args: each})), true, true, false, TIMEOUT);
    return Promise.all(promises.map((promise) => Promise.resolve(promise).catch(meaning)));
};

/**
 * One call.
 *
 * @param {string} methodname
 * @param {object} args
 * @returns {Promise<object>}
 */
const call = async(methodname, args) => {
    const [answer] = await calls(methodname, [args]);
    if (answer instanceof Error) {
        throw answer;
    }
    return answer;
};

/**
 * The host for a page.
 *
 * @param {object} config as for the launcher
 * @returns {object} a Host of the capture core
 */
export const moodleHost = ({contextid, language, person, room, rooms}) => ({
    language,
    person,
    here: {room, rooms},
    place: String(contextid),
    context: () => call('local_nidaa_get_context', {contextid}),
    send: async(drafts) => {
        const sentat = new Date().toISOString();
        const args = drafts.map(({diagnostics, place, ...report}) => ({
            // A report that waited is sent from whatever page is open, and stays one of the page that it was made on.
            contextid: Number(place ?? contextid), sentat, report: {...report, diagnostics: JSON.stringify(diagnostics ?? {})},
        }));
        const answers = await calls(SUBMIT, args);
        for (const [at, answer] of answers.entries()) {
            // Moodle ends a request at its first error and gives that one to every call behind it: each is asked alone.
            if (drafts.length > 1 && answer instanceof Refusal) {
                [answers[at]] = await calls(SUBMIT, [args[at]]);
            }
        }
        return answers;
    },
    add: ({id, report, text, works}) => call('local_nidaa_add_detail', {contextid, id, report, text, works: works ?? null}),
    status: (ids) => call('local_nidaa_get_status', {ids}),
    known: (of) => call('local_nidaa_get_known', {contextid, room: of}),
    people: (of, group, prefix) => call('local_nidaa_find_people', {contextid, room: of, group, prefix}),
    roster: () => call('local_nidaa_get_roster', {contextid}),
    contact: () => call('local_nidaa_get_contact', {}),
});
