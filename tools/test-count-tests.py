#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks count-tests.py against logs of known programs; silent when all is well."""

import json
import os
import subprocess
import sys
import tempfile

COUNTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'count-tests.py')

# (Meson's result, exit status, standard output) -> (passed, failed, skipped)
CASES = {
    'all well': ('OK', 0, 'TAP version 13\nok 1 /a\nok 2 /b\n1..2\n', (2, 0, 0)),
    'plan first': ('OK', 0, '1..2\nok 1 /a\nok 2 - b\n', (2, 0, 0)),
    'a case skips': ('OK', 0, 'ok 1 /a\nok 2 /b # SKIP no data\n1..2\n', (1, 0, 1)),
    'a case fails': ('ERROR', 1, '1..2\nok 1 /a\nnot ok 2 /b\n', (1, 1, 0)),
    'two cases fail': ('ERROR', 1, '1..2\nnot ok 1 /a\nnot ok 2 /b\n', (0, 2, 0)),
    'crash in the middle': ('ERROR', -11, '1..3\nok 1 /a\n', (1, 1, 0)),
    'stops early, quietly': ('ERROR', 0, '1..3\nok 1 /a\n', (1, 1, 0)),
    'crash before the plan': ('ERROR', -6, 'TAP version 13\nok 1 /a\nok 2 /b\n', (2, 1, 0)),
    'crash without a word': ('ERROR', -6, '', (0, 1, 0)),
    'bails out': ('ERROR', -6, '1..2\nok 1 /a\nBail out! assertion\n', (1, 1, 0)),
    'fails in the end': ('ERROR', 3, '1..1\nok 1 a\n', (1, 1, 0)),
    'hangs': ('TIMEOUT', -15, '1..2\nok 1 a\n', (1, 1, 0)),
    'skips as a whole': ('SKIP', 0, '1..0 # SKIP nothing to see\n', (0, 0, 1)),
    'to do': ('OK', 0, '1..1\nnot ok 1 /x # TODO later\n', (0, 0, 1)),
    'subtests': ('OK', 0, '# Subtest: g\n    ok 1 a\n    1..1\nok 1 - g\n1..1\n', (1, 0, 0)),
    'not TAP: passes': ('OK', 0, 'okay, then\n', (1, 0, 0)),
    'not TAP: fails': ('FAIL', 1, 'no\n', (0, 1, 0)),
    'not TAP: skips': ('SKIP', 77, 'no GPU\n', (0, 0, 1)),
    'not TAP: fails as it should': ('EXPECTEDFAIL', 1, '', (1, 0, 0)),
    'not TAP: passes by mistake': ('UNEXPECTEDPASS', 0, '', (0, 1, 0)),
}


def closing_line(tests):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'testlog.json')
        with open(path, 'w', encoding='utf-8') as log:
            for name, (result, status, output, _) in tests.items():
                log.write(json.dumps({'name': f'genga / {name}', 'result': result,
                                      'returncode': status, 'stdout': output}) + '\n')
        done = subprocess.run([sys.executable, COUNTER, path], capture_output=True, text=True,
                              check=False)
        return done.stdout.splitlines()[-1], done.returncode


def main():
    wrong = 0
    cases = {name: ({name: case}, case[3]) for name, case in CASES.items()}
    cases['all together'] = (CASES, tuple(sum(column) for column in
                                          zip(*(case[3] for case in CASES.values()))))
    cases['nothing'] = ({}, (0, 0, 0))

    for name, (tests, (passed, failed, skipped)) in cases.items():
        expected = f'{passed} passed, {failed} failed, {skipped} skipped'
        line, status = closing_line(tests)
        if line != expected or (status == 0) != (failed == 0 and passed > 0):
            wrong += 1
            print(f'{name}: "{line}", exit status {status}, where "{expected}" was expected')
    return 1 if wrong else 0


sys.exit(main())
