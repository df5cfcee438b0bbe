#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts tests from Meson's testlog.json and prints one closing line.

Meson counts programs; this counts what the TAP programs among them report,
so that a case that skips itself inside a program that passes is seen. A
program that does not speak TAP counts as one test. A TAP program that
crashes, times out, stops before its plan or has no plan has failed once more
than it says. Names what failed and what was skipped, then prints
"N passed, N failed, N skipped". Exit status: 0 where nothing failed and
something passed, else 1.
"""

import json
import re
import sys
from collections import Counter

RESULT = re.compile(r'(?P<no>not )?ok\b\s*(?P<number>\d*)\s*(?:- )?(?P<what>[^#]*)'
                    r'(?:#\s*(?P<directive>skip|todo)\S*\s*(?P<reason>.*))?', re.I)
PLAN = re.compile(r'1\.\.(?P<count>\d+)\s*(?:#\s*skip\S*\s*(?P<reason>.*))?', re.I)
BAIL = re.compile(r'Bail out!\s*(?P<reason>.*)', re.I)


class Tally:
    def __init__(self):
        self.passed = 0
        self.failures = []
        self.skips = Counter()
        self.skipped = 0

    def skip(self, reason):
        self.skipped += 1
        self.skips[reason] += 1

    def fail(self, program, what):
        self.failures.append(f'{program}: {what}')


def speaks_tap(lines):
    return any(line.startswith('TAP version') or PLAN.fullmatch(line) for line in lines) or \
        any(RESULT.match(line) and RESULT.match(line)['number'] for line in lines)


def count_tap(tally, program, lines):
    """Counts the result lines; returns whether one of them is a failure."""
    seen, planned, failed = 0, None, False

    def fail(what):
        nonlocal failed
        failed = True
        tally.fail(program, what)

    for line in lines:
        if plan := PLAN.fullmatch(line):
            planned = int(plan['count'])
            if planned == 0:
                tally.skip(f'{program}: {plan["reason"] or "nothing to test"}')
        elif bail := BAIL.match(line):
            fail(f'bailed out: {bail["reason"]}')
        elif result := RESULT.match(line):
            seen += 1
            what = result['what'].strip() or result['number']
            directive = (result['directive'] or '').lower()
            if directive == 'skip' and not result['no']:
                tally.skip(f'{program}: {result["reason"] or "no reason given"}')
            elif directive == 'todo' and result['no']:
                tally.skip(f'{program}: to do: {result["reason"]}')
            elif directive == 'todo':
                fail(f'{what}: passed, but is marked as to do')
            elif result['no']:
                fail(what)
            else:
                tally.passed += 1

    if not failed and planned is None:
        fail('stopped before it wrote a plan')
    elif not failed and seen != planned:
        fail(f'{seen} results where {planned} were planned')
    return failed


def count(tally, test):
    program = test['name'].split(' / ')[-1]
    result = test['result']
    lines = (test.get('stdout') or '').splitlines()

    if speaks_tap(lines):
        failed = count_tap(tally, program, lines)
        if not failed and result not in ('OK', 'SKIP', 'EXPECTEDFAIL'):
            tally.fail(program, f'{result.lower()}, exit status {test.get("returncode")}')
    elif result in ('OK', 'EXPECTEDFAIL'):
        tally.passed += 1
    elif result == 'SKIP':
        tally.skip(f'{program}: {lines[-1] if lines else "no reason given"}')
    else:
        tally.fail(program, f'{result.lower()}, exit status {test.get("returncode")}')


def main():
    if len(sys.argv) != 2:
        sys.exit('usage: count-tests.py TESTLOG.JSON')

    tally = Tally()
    try:
        with open(sys.argv[1], encoding='utf-8', errors='replace') as log:
            for line in log:
                count(tally, json.loads(line))
    except FileNotFoundError:
        print('No test was run.')
    except (ValueError, KeyError) as error:
        tally.fail('testlog.json', f'cannot be read: {error}')

    for reason, times in sorted(tally.skips.items()):
        print(f'skipped: {reason}' + (f' ({times} times)' if times > 1 else ''))
    for failure in tally.failures:
        print(f'FAILED: {failure}')
    print(f'{tally.passed} passed, {len(tally.failures)} failed, {tally.skipped} skipped')
    return 0 if tally.passed and not tally.failures else 1


sys.exit(main())
