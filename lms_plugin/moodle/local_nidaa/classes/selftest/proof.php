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

namespace local_nidaa\selftest;

use core\check\result;
use core\uuid;
use local_nidaa\backlog\reason;
use local_nidaa\setup;
use local_nidaa\sidecar;
use local_nidaa\wire\answer;

/**
 * Whether the sidecar accepts each of our secrets.
 *
 * It is asked for a report that nobody has sent: "unknown" is only said to a site that has proved who it is.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class proof {
    /** @var int Milliseconds. */
    private const PATIENCE = 3000;

    /**
     * A line for each secret that is set.
     *
     * @return line[]
     */
    public static function lines(): array {
        $lines = [];
        $rotating = (string) get_config('local_nidaa', 'previoussecret') !== '';
        foreach (['secret', 'previoussecret'] as $name) {
            $secret = (string) get_config('local_nidaa', $name);
            if ($secret !== '') {
                $lines[] = self::line($name, self::asked($secret), $rotating);
            }
        }
        return $lines;
    }

    /**
     * Asks with one secret.
     *
     * @param string $secret
     * @return answer
     */
    private static function asked(#[\SensitiveParameter] string $secret): answer {
        $id = uuid::generate();
        return sidecar::get("/v1/reports/$id", setup::language(), $id, self::PATIENCE, null, [$secret]);
    }

    /**
     * What the answer says of the secret.
     *
     * @param string $name secret or previoussecret
     * @param answer $answer
     * @param bool $rotating
     * @return line
     */
    private static function line(string $name, answer $answer, bool $rotating): line {
        // A stranger's 404 proves nothing: the sidecar's is a problem document.
        $sidecars = str_starts_with($answer->headers['content-type'] ?? '', 'application/problem+json');
        if ($answer->status === 404 && $sidecars) {
            return line::about($name, result::OK, 'proof_ok');
        }
        if ($answer->status === 401) {
            if ($name === 'previoussecret') {
                return line::about($name, result::WARNING, 'proof_old_refused');
            }
            return line::about($name, result::ERROR, $rotating ? 'proof_new_refused' : 'proof_refused');
        }
        $a = (object) ['status' => $answer->status, 'reason' => reason::words($answer->status, $answer->error)];
        return line::about($name, result::UNKNOWN, $answer->status === 0 ? 'proof_unreached' : 'proof_strange', $a);
    }
}
