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
 * The button on a page of Moodle's; the rest is loaded when somebody presses it.
 *
 * @module     local_nidaa/launcher
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

// The button itself is a part of the core; the build puts it in here.
import {mount} from '../../../../capture/src/launcher';

/**
 * Loads modules; a failure is forgotten, so that the next press tries again.
 *
 * @param {string[]} names
 * @returns {Promise<object[]>}
 */
const load = (names) => new Promise((resolve, reject) => {
    window.require(names, (...modules) => resolve(modules), (error) => {
        error.requireModules?.forEach(window.require.undef);
        reject(error);
    });
});

/**
 * Puts the button on the page.
 *
 * @param {object} config contextid, language (`ar` or `en`), person, ping, room, rooms
 */
export const init = (config) => {
    mount({
        language: config.language,
        person: config.person,
        load: async(found) => {
            const names = ['local_nidaa/capture', 'local_nidaa/host', `local_nidaa/words_${config.language}`];
            const [{start}, {moodleHost}, words] = await load(names);
            const flows = async() => (await load([`local_nidaa/flows_${config.language}`]))[0];
            return start({...found, host: moodleHost(config), words: words.default, ping: config.ping, flows});
        },
    });
};
