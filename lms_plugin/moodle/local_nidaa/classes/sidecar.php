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

use curl;
use InvalidArgumentException;
use local_nidaa\wire\answer;
use local_nidaa\wire\moment;
use local_nidaa\wire\signature;
use Throwable;

/**
 * The one door to the sidecar. It never throws, and it never logs what it carries.
 *
 * It waits as long as it is told to: whoever serves a page goes through {@see \local_nidaa\outbox\breaker} first.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sidecar {
    /**
     * Asks for something.
     *
     * @param string $path from /v1 on
     * @param string $lang the reader's language, as Moodle calls it
     * @param string|null $signedid the id in the path, where the sidecar wants to know who asks
     * @param int $timeoutms
     * @param string|null $ifnonematch the ETag of what is known already
     * @param string[]|null $secrets sign with these alone: the self-test asks about each
     * @return answer
     */
    public static function get(
        string $path,
        string $lang,
        ?string $signedid = null,
        int $timeoutms = 2000,
        ?string $ifnonematch = null,
        #[\SensitiveParameter] ?array $secrets = null
    ): answer {
        $headers = ['Accept-Language: ' . str_replace('_', '-', $lang)];
        if ($ifnonematch !== null) {
            $headers[] = 'If-None-Match: ' . $ifnonematch;
        }
        return self::call($path, $signedid, null, $headers, $timeoutms, $secrets);
    }

    /**
     * Says something.
     *
     * @param string $path from /v1 on
     * @param string $id what the signature is for
     * @param string $body the bytes as they are stored
     * @param int $timeoutms
     * @return answer
     */
    public static function post(string $path, string $id, string $body, int $timeoutms = 2000): answer {
        return self::call($path, $id, $body, ['Content-Type: application/json', 'Expect:'], $timeoutms);
    }

    /**
     * The address, site and secrets of the sidecar; null while they are not set.
     *
     * @return array|null url, site, secrets (the new one first)
     */
    public static function settings(): ?array {
        if (!setup::is_complete()) {
            return null;
        }
        $config = get_config('local_nidaa');
        return [
            'url' => setup::url(),
            'site' => setup::siteid(),
            'secrets' => array_values(array_filter([trim($config->secret), trim($config->previoussecret ?? '')])),
        ];
    }

    /**
     * One attempt, signed anew.
     *
     * @param string $path
     * @param string|null $id
     * @param string|null $body null for a GET
     * @param string[] $headers
     * @param int $timeoutms
     * @param string[]|null $secrets those of the settings unless told otherwise
     * @return answer
     */
    private static function call(
        string $path,
        ?string $id,
        ?string $body,
        array $headers,
        int $timeoutms,
        #[\SensitiveParameter] ?array $secrets = null
    ): answer {
        global $CFG;
        try {
            $settings = self::settings();
            if ($settings === null) {
                return new answer(0, '', [], 'notconfigured');
            }
            if ($id !== null) {
                $settings['secrets'] = $secrets ?? $settings['secrets'];
                array_push($headers, ...self::proof($settings, $id, $body ?? ''));
            }
            require_once($CFG->libdir . '/filelib.php');
            $curl = new curl();
            $curl->setHeader($headers);
            $options = [
                'CURLOPT_TIMEOUT_MS' => max(1, $timeoutms),
                'CURLOPT_CONNECTTIMEOUT_MS' => max(1, $timeoutms),
                'CURLOPT_NOSIGNAL' => 1, // Without it a name that resolves slowly outlasts every limit below a second.
                'CURLOPT_FOLLOWLOCATION' => 0, // A redirect stores nothing.
                'CURLOPT_SSL_VERIFYPEER' => 1, // Moodle's curl trusts everybody unless told otherwise.
            ];
            $url = $settings['url'] . $path;
            $answer = $body === null ? $curl->get($url, [], $options) : $curl->post($url, $body, $options);
            return self::answered($curl, (string) $answer);
        } catch (InvalidArgumentException) {
            return new answer(0, '', [], 'notconfigured'); // A secret that is none.
        } catch (Throwable $error) {
            return new answer(0, '', [], get_class($error));
        }
    }

    /**
     * The headers that prove the site.
     *
     * @param array $settings
     * @param string $id
     * @param string $body
     * @return string[]
     */
    private static function proof(array $settings, string $id, string $body): array {
        $now = time();
        return [
            'nidaa-site: ' . $settings['site'],
            'nidaa-sent-at: ' . moment::utc($now),
            'webhook-id: ' . $id,
            'webhook-timestamp: ' . $now,
            'webhook-signature: ' . signature::header($settings['secrets'], $id, $now, $body),
        ];
    }

    /**
     * What curl brought back.
     *
     * @param curl $curl
     * @param string $body
     * @return answer
     */
    private static function answered(curl $curl, string $body): answer {
        $status = (int) ($curl->info['http_code'] ?? 0);
        if ($status === 0 || $curl->get_errno()) {
            // Moodle's curl security refuses without an error number.
            return new answer(0, '', [], $curl->get_errno() ? "curl {$curl->get_errno()}: {$curl->error}" : 'blocked');
        }
        $headers = [];
        foreach ($curl->getResponse() as $name => $value) {
            $headers[strtolower($name)] = is_array($value) ? (string) end($value) : (string) $value;
        }
        return new answer($status, $body, $headers);
    }
}
