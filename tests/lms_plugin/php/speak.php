<?php
// Speaks for the plugin to Python's tests: a question as JSON on standard input, the answer as JSON on standard output.

declare(strict_types=1);

require __DIR__ . '/bootstrap.php';

use local_nidaa\wire\draft;
use local_nidaa\wire\fault;
use local_nidaa\wire\fingerprint;
use local_nidaa\wire\known;
use local_nidaa\wire\moment;
use local_nidaa\wire\reference;
use local_nidaa\wire\report_body;
use local_nidaa\wire\signature;
use local_nidaa\wire\token;

/** A report as `outbox\submission` puts it together, with `said` by the browser and the rest by Moodle. */
function report(stdClass $asked): string
{
    $draft = new draft(json_decode(json_encode($asked->said), true));
    $time = fn(?DateTimeImmutable $said): ?string => $said === null ? null : moment::text($said);
    return report_body::encode([
        'version' => 1, 'id' => $draft->id, 'kind' => $draft->kind, 'symptom' => $draft->symptom, 'category' => $draft->category,
        'text' => $draft->text, 'locale' => $draft->locale, 'occurred_at' => $time($draft->occurredat),
        'stored_at' => moment::utc($asked->now), 'affected' => $draft->affected, 'action_taken' => $draft->actiontaken,
        'ended_at' => $time($draft->endedat), 'remedy_sought' => $draft->remedysought, 'gaps' => $draft->gaps,
        'diagnostics' => $draft->diagnostics,
    ] + (array) $asked->moodle);
}

$asked = json_decode(stream_get_contents(STDIN), false, 64, JSON_THROW_ON_ERROR);
try {
    $answer = match ($argv[1]) {
        'sign' => signature::header($asked->secrets, $asked->id, $asked->time, base64_decode($asked->body)),
        'verify' => signature::verifies(
            $asked->secrets,
            $asked->header,
            $asked->id,
            $asked->time,
            base64_decode($asked->body),
            $asked->now
        ),
        'launch' => token::of(
            token::launch('academy', $asked->target, (array) $asked->person, (array) $asked->ctx, $asked->now, $asked->jti),
            $asked->secret
        ),
        'token' => token::of(
            token::report('academy', (array) $asked->person, (array) $asked->ctx, $asked->now, $asked->expires, $asked->jti),
            $asked->secret
        ),
        'body' => base64_encode(report($asked)),
        'same' => array_map(fn(stdClass $said): string => fingerprint::of(json_decode(json_encode($said), true)), $asked->said),
        'known' => known::of(json_decode(json_encode($asked->document), true)),
        'references' => array_map([reference::class, 'of'], $asked->ids),
    };
} catch (fault $fault) {
    $answer = ['field' => $fault->field, 'reason' => $fault->reason];
}
echo json_encode($answer, JSON_THROW_ON_ERROR);
