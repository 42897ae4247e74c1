<?php
// This file is part of Moodle - https://moodle.org/
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
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

namespace local_nidaa;

use local_nidaa\outbox\store;

/**
 * The generator makes rows as the plugin would.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa_generator
 */
final class generator_test extends \advanced_testcase {
    public function test_rows_of_the_outbox(): void {
        $this->resetAfterTest();
        $own = $this->getDataGenerator()->get_plugin_generator('local_nidaa');
        $user = $this->getDataGenerator()->create_user();
        $report = $own->create_outbox(['userid' => $user->id]);
        $addition = $own->create_outbox(['userid' => $user->id, 'reportid' => $report->itemid, 'kind' => '']);
        $this->assertSame(['report', 'addition'], [$report->type, $addition->type]);
        $this->assertMatchesRegularExpression('/^\d{3}-\d{3}-\d{3}-\d$/', $report->reference);
        $this->assertEquals(store::find($report->itemid)->id, $report->id);
        $this->assertEquals(2, store::backlog()->waiting);
    }
}
