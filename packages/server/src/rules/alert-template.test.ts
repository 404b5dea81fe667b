import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, expand, list, vector } from './template-testing.ts';
import { createAnyMap, createTextMap, type Value } from '../template/index.ts';

describe('the template language', () => {
  it('prints text, constants and values', () => {
    check([
      ['plain text', 'plain text'],
      ['{{ 1 }}', '1'],
      [
        '{{ 1.50 }} {{ 1e3 }} {{ 1e6 }} {{ -3 }} {{ 0x1F }} {{ 1_000 }}',
        '1.5 1000 1e+06 -3 31 1000',
      ],
      ['{{ 0755 }} {{ 089 }} {{ 0b101 }} {{ 0o17 }} {{ 0x1p4 }}', '493 89 5 15 16'],
      [`{{ 'a' }} {{ '\\n' }} {{ '\\u20ac' }}`, '97 10 8364'],
      ['{{ "<b>" }} {{ `raw \\n` }} {{ "\\xe2\\x82\\xac\\u20ac\\101" }}', '<b> raw \\n €€A'],
      ['{{ true }} {{ false }}', 'true false'],
      ['{{ .Foo }}', '<no value>'],
      ['a}}b', 'a}}b'],
    ]);
  });

  it('trims white space at markers and skips comments', () => {
    check([
      ['a  {{- 1 -}}  b', 'a1b'],
      ['a \n{{- 1 }} b', 'a1 b'],
      ['a {{/* nothing */}} b', 'a  b'],
      ['a {{- /* nothing */ -}} b', 'ab'],
      ['{{ 3 -}}\n x', '3x'],
      ['{{ -3 }}', '-3'],
    ]);
  });

  it('branches, ranges and sets variables', () => {
    const data = createAnyMap([
      ['items', list('a', 'b', 'c')],
      ['none', list()],
      [
        'labels',
        createTextMap([
          ['b', '2'],
          ['a', '1'],
        ]),
      ],
      ['zero', 0],
    ]);
    check(
      [
        ['{{ if .zero }}a{{ else if .none }}b{{ else }}c{{ end }}', 'c'],
        ['{{ with .items }}{{ len . }}{{ else }}none{{ end }}', '3'],
        ['{{ with .none }}x{{ else with .items }}{{ index . 1 }}{{ end }}', 'b'],
        ['{{ range .items }}{{ . }};{{ end }}', 'a;b;c;'],
        ['{{ range $i, $x := .items }}{{ $i }}{{ $x }} {{ end }}', '0a 1b 2c '],
        ['{{ range $x := .items }}{{ $x }}{{ end }}', 'abc'],
        ['{{ range $k, $v := .labels }}{{ $k }}={{ $v }} {{ end }}', 'a=1 b=2 '],
        ['{{ range .none }}x{{ else }}empty{{ end }}', 'empty'],
        ['{{ range .items }}{{ if eq . "b" }}{{ continue }}{{ end }}{{ . }}{{ end }}', 'ac'],
        ['{{ range .items }}{{ if eq . "b" }}{{ break }}{{ end }}{{ . }}{{ end }}', 'a'],
        ['{{ range 3 }}{{ . }}{{ end }}', '012'],
        ['{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
        ['{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}', '1'],
        ['{{ $x := .items }}{{ range $x }}{{ $.zero }}{{ end }}', '000'],
        ['{{ .labels.a }}{{ .labels.none }}{{ (index .labels "b") }}', '12'],
        [
          '{{ range .zero }}{{ end }}',
          `! template: test:1:9: executing "test" at <.zero>: range can't iterate over 0`,
        ],
      ],
      data,
    );
  });

  it('defines and calls templates', () => {
    check([
      ['{{define "x"}}{{.arg0}} {{.arg1}}{{end}}{{template "x" (args 1 "2")}}', '1 2'],
      ['{{ block "b" "in" }}[{{ . }}]{{ end }}{{ template "b" 2 }}', '[in][2]'],
      ['{{ define "x" }}{{ $ }}{{ end }}{{ template "x" 7 }}', '7'],
      [
        '{{ template "gone" }}',
        '! template: test:1:12: executing "test" at <{{template "gone"}}>: template "gone" not defined',
      ],
    ]);
  });

  it('names every mistake of syntax with its line', () => {
    check([
      ['{{', '! template: test:1: unclosed action'],
      ['{{\u00a0}}', '! template: test:1: unrecognized character in action: U+00A0'],
      ['\n{{ nope 1 }}', '! template: test:2: function "nope" not defined'],
      ['{{ $x }}', '! template: test:1: undefined variable "$x"'],
      ['{{ if }}{{ end }}', '! template: test:1: missing value for if'],
      ['{{ if true }}', '! template: test:1: unexpected EOF'],
      ['{{ end }}', '! template: test:1: unexpected {{end}}'],
      ['{{ 1 | 2 }}', '! template: test:1: non executable command in pipeline stage 2'],
      ['{{ "a }}', '! template: test:1: unterminated quoted string'],
      ['{{ (1 }}', '! template: test:1: unclosed left paren'],
      ['{{ 1) }}', '! template: test:1: unexpected right paren'],
      ['{{ /* a }}', '! template: test:1: unexpected "/" in command'],
      ['{{/* a }}', '! template: test:1: unclosed comment'],
      ['{{ $x, $y := 1 }}', '! template: test:1: too many declarations in command'],
      ['{{ break }}', '! template: test:1: {{break}} outside {{range}}'],
      ['{{ 1a }}', '! template: test:1: bad number syntax: "1a"'],
      [
        '{{ 99999999999999999999 }}',
        '! template: test:1: integer overflow: "99999999999999999999"',
      ],
      ['{{ "a".b }}', '! template: test:1: unexpected . after term "\\"a\\""'],
      [
        '{{ define "x" }}a{{ end }}{{ define "x" }}b{{ end }}',
        '! template: test:1: template: multiple definition of template "x"',
      ],
    ]);
  });

  it('names the place and the text of a mistake at run time', () => {
    check([
      [
        '{{ humanize "one" }}',
        '! template: test:1:3: executing "test" at <humanize "one">: error calling humanize: strconv.ParseFloat: parsing "one": invalid syntax',
      ],
      [
        '{{ "one" | humanizePercentage }}',
        '! template: test:1:11: executing "test" at <humanizePercentage>: error calling humanizePercentage: strconv.ParseFloat: parsing "one": invalid syntax',
      ],
      [
        '{{ query "missing" | first }}',
        '! template: test:1:21: executing "test" at <first>: error calling first: first() called on vector with no elements',
      ],
      [
        '{{ (query "missing").banana }}',
        `! template: test:1:10: executing "test" at <"missing">: can't evaluate field banana in type template.queryResult`,
      ],
      [
        'é\né{{ len 3 }}',
        '! template: test:2:5: executing "test" at <len 3>: error calling len: len of type int',
      ],
      [
        '{{ toUpper 3 }}',
        '! template: test:1:11: executing "test" at <3>: expected string; found 3',
      ],
      [
        '{{ 3 | toUpper }}',
        '! template: test:1:7: executing "test" at <toUpper>: wrong type for value; expected string; got int',
      ],
      [
        '{{ toUpper }}',
        '! template: test:1:3: executing "test" at <toUpper>: wrong number of args for toUpper: want 1 got 0',
      ],
      [
        '{{ printf }}',
        '! template: test:1:3: executing "test" at <printf>: wrong number of args for printf: want at least 1 got 0',
      ],
      [
        '{{ "a" 1 }}',
        `! template: test:1:3: executing "test" at <"a">: can't give argument to non-function "a"`,
      ],
      ['{{ nil }}', '! template: test:1:3: executing "test" at <nil>: nil is not a command'],
      [
        '{{ gt 1.5 1 }}',
        '! template: test:1:3: executing "test" at <gt 1.5 1>: error calling gt: incompatible types for comparison',
      ],
    ]);
  });
});

describe('the functions of every template', () => {
  it('compare values of one type', () => {
    check([
      ['{{ eq 1 1 }} {{ eq 1 2 1 }} {{ ne "a" "b" }} {{ eq nil nil }}', 'true true true true'],
      ['{{ lt 1 2 }} {{ le 2 2 }} {{ gt "b" "a" }} {{ ge 1.5 2.5 }}', 'true true true false'],
      [
        '{{ eq 1 }}',
        '! template: test:1:3: executing "test" at <eq 1>: error calling eq: missing argument for comparison',
      ],
      [
        '{{ lt true false }}',
        '! template: test:1:3: executing "test" at <lt true false>: error calling lt: invalid type for comparison',
      ],
    ]);
  });

  it('decide early in and and or', () => {
    check([
      ['{{ and 1 0 2 }} {{ and 1 2 }} {{ or 0 "" "x" 1 }} {{ or 0 "" }}|', '0 2 x |'],
      ['{{ not 0 }} {{ not "a" }}', 'true false'],
      ['{{ and false (first (query "x")) }} {{ or true (first (query "x")) }}', 'false true'],
      ['{{ 0 | or 2 }} {{ 3 | and 1 }}', '2 3'],
    ]);
  });

  it('index, slice and count', () => {
    const data = createAnyMap([
      ['l', list('a', list(1n, 2n))],
      ['m', createTextMap([['k', 'v']])],
    ]);
    check(
      [
        ['{{ index .l 1 0 }} {{ index .m "k" }} [{{ index .m "x" }}]', '1 v []'],
        [
          '{{ index .l 2 }}',
          '! template: test:1:3: executing "test" at <index .l 2>: error calling index: reflect: slice index out of range',
        ],
        ['{{ slice "abcé" 1 3 }} {{ slice "abc" 2 }} {{ slice .l 0 1 }}', 'bc c [a]'],
        [
          '{{ slice "abc" 2 1 }}',
          '! template: test:1:3: executing "test" at <slice "abc" 2 1>: error calling slice: invalid slice index: 2 > 1',
        ],
        ['{{ len "é" }} {{ len .l }} {{ len .m }}', '2 2 1'],
        ['{{ .l }} {{ .m }}', '[a [1 2]] map[k:v]'],
      ],
      data,
    );
  });

  it('print and escape', () => {
    check([
      ['{{ print 1 2 "a" 3 "b" "c" true }}', '1 2a3bctrue'],
      ['{{ println "a" 1 }}', 'a 1\n'],
      [`{{ html "<a href='x'>&\\"" }}`, '&lt;a href=&#39;x&#39;&gt;&amp;&#34;'],
      [`{{ js "it's <b> = \\"x\\"\\n" }}`, `it\\'s \\u003Cb\\u003E \\u003D \\"x\\"\\u000A`],
      ['{{ urlquery "a b&c/é*\'()" }}', 'a+b%26c%2F%C3%A9%2A%27%28%29'],
    ]);
  });
});

describe('the functions of Prometheus', () => {
  it('make numbers readable', () => {
    const values = (...items: Value[]): Value => list(...items);
    const each = (name: string, data: Value): string =>
      expand(`{{ range . }}{{ ${name} . }}:{{ end }}`, data);
    assert.equal(each('humanize', values(0, 1, 1_234_567, 0.12)), '0:1:1.235M:120m:');
    assert.equal(each('humanize', values('0.0', '1.0', '1234567.0', '.12')), '0:1:1.235M:120m:');
    assert.equal(
      each('humanize', values(0n, -1n, 1n, 1_234_567n, 2n ** 63n - 1n)),
      '0:-1:1:1.235M:9.223E:',
    );
    assert.equal(each('humanize1024', values(0, 1, 1_048_576, 0.12)), '0:1:1Mi:0.12:');
    assert.equal(
      each('humanize1024', values(0n, -1n, 1_234_567n, 2n ** 63n - 1n)),
      '0:-1:1.177Mi:8Ei:',
    );
    assert.equal(
      each('humanizeDuration', values(0, 1, 60, 3600, 86_400, 90_000, -183_845, 899.99)),
      '0s:1s:1m 0s:1h 0m 0s:1d 0h 0m 0s:1d 1h 0m 0s:-2d 3h 4m 5s:14m 59s:',
    );
    assert.equal(
      each('humanizeDuration', values(0.1, 0.0001, 0.12345, 60.1, 60.5, 1.2345, 12.345)),
      '100ms:100us:123.5ms:1m 0s:1m 0s:1.234s:12.35s:',
    );
    assert.equal(
      each('humanizePercentage', values(-0.22222, 0, '0.1234567', 1.23456)),
      '-22.22%:0%:12.35%:123.5%:',
    );
    assert.equal(each('humanizePercentage', values(1_234_567n)), '1.235e+08%:');
    const infinite = values(Infinity, -Infinity, NaN, '+Inf', '-Inf', 'NaN');
    for (const name of ['humanize', 'humanize1024', 'humanizeDuration', 'humanizeTimestamp']) {
      assert.equal(each(name, infinite), '+Inf:-Inf:NaN:+Inf:-Inf:NaN:', name);
    }
  });

  it('make times readable', () => {
    const times = list(
      0n,
      -1n,
      1n,
      1_234_567n,
      9_223_372_036n,
      1_435_065_584.128,
      '1435065584.128',
    );
    assert.equal(
      expand('{{ range . }}{{ humanizeTimestamp . }}:{{ end }}', times),
      '1970-01-01 00:00:00 +0000 UTC:1969-12-31 23:59:59 +0000 UTC:1970-01-01 00:00:01 +0000 UTC:' +
        '1970-01-15 06:56:07 +0000 UTC:2262-04-11 23:47:16 +0000 UTC:' +
        '2015-06-23 13:19:44.128 +0000 UTC:2015-06-23 13:19:44.128 +0000 UTC:',
    );
    check([
      [
        '{{ humanizeTimestamp -9223372036854775808 }}',
        '! template: test:1:3: executing "test" at <humanizeTimestamp -9223372036854775808>: error calling humanizeTimestamp: -9.223372036854776e+18 cannot be represented as a nanoseconds timestamp since it overflows int64',
      ],
      ['{{ (1435065584.128 | toTime).Format "2006" }}', '2015'],
      ['{{ now }}', '1.353755652e+09'],
      ['{{ (now | toTime).Format "Mon Jan 2 15:04:05 2006" }}', 'Sat Nov 24 11:14:12 2012'],
      [
        '{{ (now | toTime).Format "Monday 02-01-06 03:04PM .000 Z07:00 -0700 MST __2" }}',
        'Saturday 24-11-12 11:14AM .000 Z +0000 UTC 329',
      ],
      [
        '{{ (now | toTime).Year }} {{ (now | toTime).Month }} {{ (now | toTime).Weekday }} {{ (now | toTime).Hour }}',
        '2012 November Saturday 11',
      ],
      [
        '{{ (1800 | toDuration).String }} {{ ("5400.5" | toDuration).String }} {{ toDuration 0.0015 }}',
        '30m0s 1h30m0.5s 1.5ms',
      ],
      [
        '{{ (toDuration 90).Minutes }} {{ (toDuration 90).Seconds }} {{ ((toDuration 90).Round 60000000000).String }}',
        '1.5 90 2m0s',
      ],
      [
        '{{ ("-30m" | parseDuration | toDuration | (now | toTime).Add).UnixMilli }}',
        '1353753852000',
      ],
      [
        '{{ printf "%0.2f" (parseDuration "1h2m10ms") }} {{ printf "%0.2f" (parseDuration "-1h2m10ms") }}',
        '3720.01 -3720.01',
      ],
    ]);
  });

  it('query the series', () => {
    const found = vector(
      [{ __name__: 'metric', instance: 'b' }, 21],
      [{ __name__: 'metric', instance: 'a', __value__: 'v' }, 11],
    );
    const cases = [
      ['{{ query "metric" | first | value }}', '21'],
      [`{{ query "metric{instance='a'}" | first | label "instance" }}`, 'b'],
      ['{{ query "metric" | first | label "foo" }}', ''],
      ['{{ $x := query "metric" | first }}{{ $x.Labels.foo }}{{ $x.Value }}', '21'],
      [
        '{{ range query "metric" | sortByLabel "instance" }}{{ .Labels.instance }}:{{ .Value }}: {{ end }}',
        'a:11: b:21: ',
      ],
      ['{{ query "metric" | sortByLabel "instance" | first | strvalue }}', 'v'],
      ['{{ if gt (query "metric" | first | value) 20.0 }}high{{ end }}', 'high'],
    ] as const;
    for (const [template, want] of cases)
      assert.equal(expand(template, null, found), want, template);
  });

  it('work on texts', () => {
    check([
      ['{{ reReplaceAll "(a)b" "x$1" "ab" }}', 'xa'],
      ['{{ reReplaceAll "(?P<host>[^:]+):.*" "${host}!$1x$$" "db:80" }}', 'db!$'],
      ['{{ match "a+" "aa" }} {{ match "a+" "b" }} {{ match "(?i)A" "a" }}', 'true false true'],
      [
        '{{ "aa bb CC" | title }} {{ "aa bb CC" | toUpper }} {{ "aA bB CC" | toLower }}',
        'Aa Bb CC AA BB CC aa bb cc',
      ],
      [
        '{{ graphLink "up" }} {{ tableLink "a b" }}',
        '/graph?g0.expr=up&g0.tab=0 /graph?g0.expr=a+b&g0.tab=1',
      ],
      [
        '{{ pathPrefix }} {{ externalURL }} {{ urlQueryEscape "a/b" }}',
        '/path/prefix http://testhost:9090/path/prefix a%2Fb',
      ],
      ['{{ "<b>" | safeHtml }}', '<b>'],
    ]);
    const ports = {
      'foo.example.com': ['foo.example.com', 'foo'],
      'foo.example.com:12345': ['foo.example.com', 'foo:12345'],
      '192.0.2.1': ['192.0.2.1', '192.0.2.1'],
      '192.0.2.1:12345': ['192.0.2.1', '192.0.2.1:12345'],
      '2001:0DB8::1': ['2001:0DB8::1', '2001:0DB8::1'],
      '[2001:0DB8::1]:12345': ['2001:0DB8::1', '[2001:0DB8::1]:12345'],
      '[2001:0DB8::1]::12345': ['[2001:0DB8::1]::12345', '[2001:0DB8::1]::12345'],
    };
    for (const [host, [port, domain]] of Object.entries(ports)) {
      assert.equal(expand('{{ stripPort . }} {{ stripDomain . }}', host), `${port} ${domain}`);
    }
  });
});
