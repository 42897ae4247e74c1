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

/**
 * Arabic and English say the same things, and everything that is shown has words in both.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @coversNothing
 */
final class language_test extends \advanced_testcase {
    /**
     * The strings of a language.
     *
     * @param string $language
     * @return string[]
     */
    private static function strings(string $language): array {
        $string = [];
        include(__DIR__ . "/../lang/$language/local_nidaa.php");
        return $string;
    }

    /**
     * What stands open in a string.
     *
     * @param string $text
     * @return string[]
     */
    private static function placeholders(string $text): array {
        preg_match_all('/\{\$a(->\w+)?\}/', $text, $found);
        sort($found[0]);
        return array_values(array_unique($found[0]));
    }

    public function test_both_languages_have_the_same_strings(): void {
        $this->assertSame(array_keys(self::strings('en')), array_keys(self::strings('ar')));
        $this->assertGreaterThan(200, count(self::strings('en')));
    }

    public function test_both_languages_fill_in_the_same(): void {
        $arabic = self::strings('ar');
        foreach (self::strings('en') as $name => $text) {
            $this->assertSame(self::placeholders($text), self::placeholders($arabic[$name] ?? ''), $name);
        }
    }

    public function test_strings_are_in_the_order_of_their_names(): void {
        foreach (['en', 'ar'] as $language) {
            $names = array_keys(self::strings($language));
            $sorted = $names;
            sort($sorted, SORT_STRING);
            $this->assertSame($sorted, $names, $language);
        }
    }

    public function test_arabic_is_arabic_and_keeps_the_glossary(): void {
        foreach (self::strings('ar') as $name => $text) {
            $words = preg_replace('/\{\$a(->\w+)?\}/', '', $text);
            if (preg_match('/\pL/u', $words)) {
                $this->assertMatchesRegularExpression('/\p{Arabic}/u', $words, $name);
            }
            $this->assertStringNotContainsString('تذكرة', $text, $name);
            $this->assertDoesNotMatchRegularExpression('/تذاكر|مشرف القاعة/u', $text, $name);
        }
    }

    /**
     * Words that PHP asks for by a name that is written out, capabilities, caches and message providers.
     *
     * @return string[]
     */
    private static function asked_for(): array {
        global $CFG;

        $root = "$CFG->dirroot/local/nidaa";
        $names = [];
        $files = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator("$root/", \FilesystemIterator::FOLLOW_SYMLINKS));
        foreach ($files as $file) {
            if (!preg_match('~\.(php|mustache)$~', $file->getPathname()) || str_contains($file->getPathname(), '/tests/')) {
                continue;
            }
            $text = file_get_contents($file->getPathname());
            preg_match_all('/(?:get_string|lang_string)\(\s*\'([\w:]+)\',\s*\'local_nidaa\'/', $text, $php);
            preg_match_all('/moodle_exception\(\s*\'([\w:]+)\',\s*\'local_nidaa\'/', $text, $errors);
            preg_match_all('/\{\{#str\}\}\s*([\w:]+),\s*local_nidaa/', $text, $templates);
            array_push($names, ...$php[1], ...$errors[1], ...$templates[1]);
        }
        $capabilities = $definitions = $messageproviders = [];
        include("$root/db/access.php");
        include("$root/db/caches.php");
        include("$root/db/messages.php");
        array_push(
            $names,
            ...array_map(fn(string $name): string => str_replace('local/', '', $name), array_keys($capabilities)),
            ...array_map(fn(string $name): string => "cachedef_$name", array_keys($definitions)),
            ...array_map(fn(string $name): string => "messageprovider:$name", array_keys($messageproviders))
        );
        return array_unique($names);
    }

    public function test_everything_that_is_asked_for_is_there(): void {
        $names = self::asked_for();
        $this->assertGreaterThan(60, count($names));
        $this->assertSame([], array_values(array_diff($names, array_keys(self::strings('en')))));
    }
}
