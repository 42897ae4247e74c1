<?php
// Loads the plugin's classes that need no Moodle, and the contract's examples.

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    $prefix = 'local_nidaa\\wire\\';
    if (str_starts_with($class, $prefix)) {
        require __DIR__ . '/../../../lms_plugin/moodle/local_nidaa/classes/wire/' . substr($class, strlen($prefix)) . '.php';
    }
});

/** A section of tests/contract/report_v1.json; objects stay objects, so that {} is no list. */
function examples(string $section): mixed
{
    static $file = null;
    $file ??= json_decode(file_get_contents(__DIR__ . '/../../contract/report_v1.json'), false, 64, JSON_THROW_ON_ERROR);
    return $file->$section;
}

/** The examples of a section by name, as data for tests. */
function named(string $section): array
{
    $found = [];
    foreach (examples($section)->examples as $example) {
        $found[$example->name ?? $example->id] = [$example];
    }
    return $found;
}

/** A document of objects as PHP arrays, as Moodle hands it to the plugin. */
function plain(mixed $document): mixed
{
    return json_decode(json_encode($document), true);
}
