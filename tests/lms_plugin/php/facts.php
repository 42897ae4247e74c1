<?php

// The state of each number that Python asks about, and what is missing to each row: PHP that needs no Moodle.

declare(strict_types=1);

use local_nidaa\facts\gaps;
use local_nidaa\facts\national_id;

$facts = __DIR__ . '/../../../lms_plugin/moodle/local_nidaa/classes/facts';
require "$facts/national_id.php";
require "$facts/gaps.php";

$asked = json_decode(stream_get_contents(STDIN), true, 64, JSON_THROW_ON_ERROR);
echo json_encode([
    'states' => array_map([national_id::class, 'state_of'], $asked['numbers'] ?? []),
    'known_by' => array_map(fn(string $one): ?array => national_id::known_by($one, $asked['key'] ?? ''), $asked['numbers'] ?? []),
    'same' => array_map([national_id::class, 'normalised'], $asked['numbers'] ?? []),
    'gaps' => array_map(fn(array $row): array => gaps::of($row, $asked['policy']), $asked['rows'] ?? []),
], JSON_THROW_ON_ERROR);
