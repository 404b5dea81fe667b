/**
 * Random expressions over known series, as promqlsmith makes them: every kind of node of the
 * language that Prometheus 3.5 knows, nested a few levels deep, each of the right type. What is
 * written here is a grammar with weights; the seed decides.
 */
import type { Random } from '../../packages/server/src/platform/index.ts';

/** What expressions may talk about. */
export interface Vocabulary {
  /** Names of metrics; what they hold does not matter. */
  readonly metrics: readonly string[];
  /** One of them whose values are all different at any time. */
  readonly distinctMetric: string;
  /** Names of labels with their values. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Where the samples lie, for `@`. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

const DEPTH_MAX = 4;

const OF_VECTOR = (
  'abs ceil floor exp sqrt ln log2 log10 sgn deg rad sin cos tan asin acos atan sinh cosh tanh ' +
  'asinh acosh atanh timestamp absent histogram_count histogram_sum histogram_avg ' +
  'histogram_stddev histogram_stdvar'
).split(' ');
const OF_DATE = 'day_of_month day_of_week day_of_year days_in_month hour minute month year'.split(
  ' ',
);
const OF_RANGE = (
  'rate increase delta irate idelta deriv changes resets avg_over_time min_over_time ' +
  'max_over_time sum_over_time count_over_time stddev_over_time stdvar_over_time ' +
  'last_over_time present_over_time absent_over_time mad_over_time ts_of_min_over_time ' +
  'ts_of_max_over_time'
).split(' ');
const AGGREGATIONS = 'sum avg min max count group stddev stdvar'.split(' ');
const ARITHMETIC = '+ - * / % ^ atan2'.split(' ');
const COMPARISONS = '== != > < >= <='.split(' ');
const SET_OPERATORS = 'and or unless'.split(' ');
const NUMBERS = ['0', '1', '2', '-1', '0.5', '100', '1e3', 'NaN', 'Inf', '-Inf', '3.75'];
const DURATIONS = ['15s', '30s', '1m', '90s', '2m', '5m', '7m30s'];
const STEPS = ['15s', '20s', '1m', ''];
const QUANTILES = ['0', '0.25', '0.5', '0.9', '1', '1.5', '-1', 'NaN'];

/** Makes one expression after the other. */
export function createExpressionMaker(random: Random, vocabulary: Vocabulary): () => string {
  const maker = new Maker(random, vocabulary);
  return () => maker.top();
}

class Maker {
  readonly #random: Random;
  readonly #vocabulary: Vocabulary;

  constructor(random: Random, vocabulary: Vocabulary) {
    this.#random = random;
    this.#vocabulary = vocabulary;
  }

  top(): string {
    return this.#chance(0.03) ? this.#scalar(0) : this.#vector(0);
  }

  #vector(depth: number): string {
    if (depth >= DEPTH_MAX || this.#chance(0.12)) return this.#instant();
    const next = depth + 1;
    return this.#oneOf([
      () => this.#instant(),
      () => `${this.#pick(OF_RANGE)}(${this.#range(next)})`,
      () => `${this.#pick(OF_RANGE)}(${this.#range(next)})`,
      () => `${this.#pick(OF_VECTOR)}(${this.#vector(next)})`,
      () => this.#aggregate(next),
      () => this.#aggregate(next),
      () => this.#binary(next),
      () => this.#binary(next),
      () => this.#otherCall(next),
      () => `-${this.#vector(next)}`,
      () => `(${this.#vector(next)})`,
    ]);
  }

  #scalar(depth: number): string {
    if (depth >= DEPTH_MAX || this.#chance(0.6)) return this.#pick(NUMBERS);
    const next = depth + 1;
    return this.#oneOf([
      () => `scalar(${this.#vector(next)})`,
      () => 'time()',
      () => 'pi()',
      () => `(${this.#scalar(next)} ${this.#pick(ARITHMETIC)} ${this.#scalar(next)})`,
      () => `(${this.#scalar(next)} ${this.#pick(COMPARISONS)} bool ${this.#scalar(next)})`,
    ]);
  }

  #instant(): string {
    return this.#selector() + this.#modifiers();
  }

  #range(depth: number): string {
    if (depth < DEPTH_MAX && this.#chance(0.2)) {
      const inner = this.#vector(depth + 1);
      return `(${inner})[${this.#pick(DURATIONS)}:${this.#pick(STEPS)}]${this.#modifiers()}`;
    }
    return `${this.#selector()}[${this.#pick(DURATIONS)}]${this.#modifiers()}`;
  }

  #selector(): string {
    const { metrics, labels } = this.#vocabulary;
    const matchers: string[] = [];
    while (this.#chance(0.35) && matchers.length < 3) {
      const name = this.#pick(Object.keys(labels));
      matchers.push(this.#matcher(name, labels[name]));
    }
    const all = matchers.join(',');
    if (this.#chance(0.06)) {
      const names = `${this.#pick(metrics)}|${this.#pick(metrics)}`;
      return `{__name__=~"${names}"${all === '' ? '' : `,${all}`}}`;
    }
    return all === '' ? this.#pick(metrics) : `${this.#pick(metrics)}{${all}}`;
  }

  #matcher(name: string, values: readonly string[]): string {
    const value = this.#pick(values);
    return this.#oneOf([
      () => `${name}="${value}"`,
      () => `${name}!="${value}"`,
      () => `${name}=~"${value}|${this.#pick(values)}"`,
      () => `${name}!~"${value}.*"`,
      () => `${name}=~".+"`,
      () => `${name}=""`,
    ]);
  }

  #modifiers(): string {
    const { fromSeconds, toSeconds } = this.#vocabulary;
    let text = '';
    if (this.#chance(0.12)) {
      const at = fromSeconds + Math.floor(this.#random.float() * (toSeconds - fromSeconds));
      text += this.#pick([` @ ${at}`, ' @ start()', ' @ end()']);
    }
    if (this.#chance(0.15)) text += ` offset ${this.#pick(['', '-'])}${this.#pick(DURATIONS)}`;
    return text;
  }

  #aggregate(depth: number): string {
    const by = this.#chance(0.75)
      ? ` ${this.#pick(['by', 'without'])} (${this.#someLabels().join(', ')}) `
      : ' ';
    const operand = this.#vector(depth);
    return this.#oneOf([
      () => `${this.#pick(AGGREGATIONS)}${by}(${operand})`,
      () => `${this.#pick(AGGREGATIONS)}${by}(${operand})`,
      () => `${this.#pick(AGGREGATIONS)}${by}(${operand})`,
      () => `quantile${by}(${this.#pick(QUANTILES)}, ${operand})`,
      () =>
        `${this.#pick(['topk', 'bottomk'])}${by}(${this.#pick(['1', '2', '5'])}, ${this.#distinct()})`,
      () => `count_values${by}("value", ${operand})`,
      () => `limit_ratio${by}(${this.#pick(['0.5', '-0.5', '1', '-1'])}, ${operand})`,
    ]);
  }

  /** Values of which no two are equal: which of two equal ones is picked says nothing. */
  #distinct(): string {
    const name = this.#vocabulary.distinctMetric;
    return this.#oneOf([
      () => name + this.#modifiers(),
      () => `avg_over_time(${name}[${this.#pick(DURATIONS)}])`,
      () => `${name} * ${this.#pick(['2', '-1', '0.5'])}`,
    ]);
  }

  #binary(depth: number): string {
    const left = this.#vector(depth);
    return this.#oneOf([
      () => `${left} ${this.#arithmeticOrComparison()} ${this.#scalar(depth)}`,
      () => `${this.#scalar(depth)} ${this.#arithmeticOrComparison()} ${left}`,
      () => `${left} ${this.#arithmeticOrComparison()} ${this.#matching()} ${this.#vector(depth)}`,
      () => `${left} ${this.#arithmeticOrComparison()} ${this.#matching()} ${this.#vector(depth)}`,
      () => `${left} ${this.#pick(SET_OPERATORS)} ${this.#onLabels()} ${this.#vector(depth)}`,
    ]);
  }

  #arithmeticOrComparison(): string {
    if (this.#chance(0.65)) return this.#pick(ARITHMETIC);
    return this.#pick(COMPARISONS) + this.#pick(['', ' bool']);
  }

  #onLabels(): string {
    if (this.#chance(0.4)) return '';
    return `${this.#pick(['on', 'ignoring'])} (${this.#someLabels().join(', ')})`;
  }

  #matching(): string {
    const on = this.#onLabels();
    if (on === '' || this.#chance(0.5)) return on;
    return `${on} ${this.#pick(['group_left', 'group_right'])} (${this.#pick(['', 'code'])})`;
  }

  #otherCall(depth: number): string {
    const vector = this.#vector(depth);
    const scalar = (): string => this.#scalar(depth);
    return this.#oneOf([
      () => `clamp(${vector}, ${scalar()}, ${scalar()})`,
      () => `clamp_min(${vector}, ${scalar()})`,
      () => `clamp_max(${vector}, ${scalar()})`,
      () => `round(${vector}, ${this.#pick(['1', '0.1', '5', '1e3'])})`,
      () => `vector(${scalar()})`,
      () => `${this.#pick(OF_DATE)}(${vector})`,
      () => `histogram_quantile(${this.#pick(QUANTILES)}, ${vector})`,
      () => `histogram_fraction(${this.#pick(['0', '-1', '0.1'])}, ${scalar()}, ${vector})`,
      () => `quantile_over_time(${this.#pick(QUANTILES)}, ${this.#range(depth)})`,
      () => `predict_linear(${this.#range(depth)}, ${this.#pick(['60', '-60', '3600'])})`,
      () => `double_exponential_smoothing(${this.#range(depth)}, 0.3, 0.6)`,
      () => `label_replace(${vector}, "dst", "$1-x", "${this.#label()}", "(.*)")`,
      () => `label_join(${vector}, "dst", "-", "${this.#label()}", "${this.#label()}")`,
      () => `${this.#pick(['sort', 'sort_desc'])}(${vector})`,
      () => `sort_by_label(${vector}, "${this.#label()}")`,
    ]);
  }

  #label(): string {
    return this.#pick(Object.keys(this.#vocabulary.labels));
  }

  #someLabels(): readonly string[] {
    return Object.keys(this.#vocabulary.labels).filter(() => this.#chance(0.4));
  }

  #chance(share: number): boolean {
    return this.#random.float() < share;
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random.float() * items.length)];
  }

  #oneOf(makers: readonly (() => string)[]): string {
    return this.#pick(makers)();
  }
}
