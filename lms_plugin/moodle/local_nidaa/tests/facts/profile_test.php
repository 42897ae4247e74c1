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

namespace local_nidaa\facts;

/**
 * What people have filled in for the certificate.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\facts\profile
 * @covers     \local_nidaa\facts\national_id
 */
final class profile_test extends \advanced_testcase {
    /** @var \local_nidaa_generator */
    private \local_nidaa_generator $own;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->own = $this->getDataGenerator()->get_plugin_generator('local_nidaa');
    }

    /**
     * The fields of a person as told, by name, and whether the number is shared.
     *
     * @param int $userid
     * @return array
     */
    private function told(int $userid): array {
        $row = reader::facts([['userid' => $userid, 'courseid' => 0]])[0];
        $told = [];
        foreach ($row['profile'] as $field) {
            $told[$field['field']] = [$field['state'], $field['value']];
        }
        return $told + ['shared' => $row['national_id_duplicate'], 'unread' => array_column($row['unread'], 'reason', 'fact')];
    }

    public function test_values_come_from_columns_and_hidden_fields(): void {
        $user = $this->getDataGenerator()->create_user(['phone1' => ' 0551000001 ', 'maildisplay' => 0]);
        $this->own->create_profile_field('name_ar', [$user->id => "\u{200f} أحمد القحطاني\u{00a0}"]);
        $this->own->create_profile_field('name_en', [$user->id => '<p>Ahmed &amp; Sons</p>']);
        $told = $this->told($user->id);
        $this->assertSame(['present', '0551000001'], $told['phone']);
        $this->assertSame(['present', 'أحمد القحطاني'], $told['name_ar']);
        $this->assertSame(['present', 'Ahmed & Sons'], $told['name_en']);
        $this->assertSame(['present', $user->email], $told['email']);
    }

    public function test_an_empty_field_is_empty_and_one_that_the_site_lacks_is_not_told(): void {
        $user = $this->getDataGenerator()->create_user(['phone1' => '']);
        $this->own->create_profile_field('name_ar', [$user->id => " \u{00a0}\t"]);
        $this->own->create_profile_field('name_en', []);
        $told = $this->told($user->id);
        foreach (['name_ar', 'name_en', 'phone'] as $field) {
            $this->assertSame(['empty', null], $told[$field]);
        }
        $this->assertArrayNotHasKey('national_id', $told);
        $this->assertSame('not_offered', $told['unread']['profile.national_id']);
        $this->assertNull($told['shared']);
    }

    public function test_the_settings_say_which_field_is_meant(): void {
        $user = $this->getDataGenerator()->create_user(['idnumber' => '1000000008', 'phone1' => '1', 'phone2' => '0552']);
        $this->own->create_profile_field('Ism', [$user->id => 'ريم']);
        set_config('field_national_id', 'idnumber', 'local_nidaa');
        set_config('field_name_ar', 'profile_field_ism', 'local_nidaa');
        set_config('field_phone', 'phone2', 'local_nidaa');
        $told = $this->told($user->id);
        $this->assertSame(['present', null], $told['national_id']);
        $this->assertSame(['present', 'ريم'], $told['name_ar']);
        $this->assertSame(['present', '0552'], $told['phone']);
        $this->assertFalse($told['shared']);
        $this->getDataGenerator()->create_user(['idnumber' => '١٠٠٠٠٠٠٠٠٨']);
        $this->assertTrue($this->told($user->id)['shared']);
    }

    /**
     * Numbers with their state; the same as tests/adapters/test_national_id.py has.
     *
     * @return array
     */
    public static function numbers(): array {
        return [
            'right' => ['1000000008', 'present'],
            'Arabic-Indic digits' => ['١٠٠٠٠٠٠٠٠٨', 'present'],
            'Persian digits' => ['۱۰۰۰۰۰۰۰۰۸', 'present'],
            'spaces, hyphens and marks' => ["\u{200e}1000 0000-08\u{200f}", 'present'],
            'wrong check digit' => ['1098765401', 'invalid'],
            'nine digits' => ['109876540', 'invalid'],
            'eleven digits' => ['10000000080', 'invalid'],
            'begins with 3' => ['3000000004', 'invalid'],
            'letters' => ['ID 1000000008', 'invalid'],
            'words' => ['لا يوجد', 'invalid'],
            'nothing but white space' => [" \u{00a0} ", 'empty'],
            'nothing' => ['', 'empty'],
        ];
    }

    /**
     * Only the state of a national id leaves Moodle.
     *
     * @dataProvider numbers
     * @param string $number
     * @param string $state
     */
    public function test_a_national_id_is_told_as_its_state(string $number, string $state): void {
        $user = $this->getDataGenerator()->create_user();
        $this->own->create_profile_field('national_id', [$user->id => $number]);
        $this->assertSame([$state, null], $this->told($user->id)['national_id']);
        $rows = json_encode(reader::facts([['userid' => $user->id, 'courseid' => 0]]), JSON_UNESCAPED_UNICODE);
        $this->assertDoesNotMatchRegularExpression('/1000000008|10987654|١٠٠٠/u', $rows);
    }

    public function test_duplicates_are_found_over_the_whole_site_however_they_are_written(): void {
        $users = [];
        $written = ['1098765401', '١٠٩٨٧٦٥٤٠١', '109 876-5401', '1098765402', '', '', 'abc', '۱۰۹۸۷۶۵۴۰۳'];
        foreach ($written as $place => $number) {
            $users[$place] = $this->getDataGenerator()->create_user();
            $this->own->create_profile_field('national_id', [$users[$place]->id => $number]);
        }
        $gone = $this->getDataGenerator()->create_user();
        $this->own->create_profile_field('national_id', [$gone->id => '1098765403']);
        $this->own->create_profile_field('name_ar', [$users[0]->id => '1098765402']); // Another field.
        $shared = fn(int $place): ?bool => $this->told($users[$place]->id)['shared'];
        foreach ([true, true, true, false, false, false, false, true] as $place => $expected) {
            $this->assertSame($expected, $shared($place), $written[$place]);
        }
        delete_user($gone);
        $this->assertFalse($shared(7)); // Of the two only one account is left.
    }

    public function test_numbers_are_normalised_alike_by_php_and_by_the_database(): void {
        global $DB;
        foreach (self::numbers() as [$number]) {
            $sql = 'SELECT ' . national_id::sql_normalised(':number') . ' AS number' . $DB->sql_null_from_clause();
            $this->assertSame(national_id::normalised($number), trim($DB->get_field_sql($sql, ['number' => $number])), $number);
        }
    }
}
