import { gaussian, type Random, randomFrom } from '../random.ts';
import { stratifiedSplit } from '../split.ts';
import type { Table } from '../table.ts';
import type { DataSource } from './data-source.ts';

/** Card payments that never happened: 3 200 rows made from a seed, about one in eleven a fraud. */
export const fraud: DataSource = {
  description: 'Synthetic card payments',
  // Calling every payment legitimate is already 91 % accurate.
  selectBy: 'f1',
  split: { holdoutShare: 1 / 4, seed: 7 },
  entities: { view: 'card_payments', noun: 'payment' },
  load() {
    const { train, holdout } = stratifiedSplit(makePayments(3_200, 20_261_123), fraud.split);
    return {
      train: { ...train, name: 'fraud-train-v1', version: '1' },
      holdout: { ...holdout, name: 'fraud-holdout-v1', version: '1' },
    };
  },
};

const features = [
  { name: 'amount_eur', unit: 'EUR' },
  { name: 'hour_of_day', unit: 'h' },
  { name: 'merchant_risk', unit: 'share' },
  { name: 'distance_km', unit: 'km' },
  { name: 'minutes_since_last', unit: 'min' },
  { name: 'card_age_days', unit: 'd' },
  { name: 'attempts_last_hour', unit: 'count' },
  { name: 'is_foreign', unit: 'flag' },
];

interface Payment {
  amountEur: number;
  hourOfDay: number;
  merchantRisk: number;
  distanceKm: number;
  minutesSinceLast: number;
  cardAgeDays: number;
  attemptsLastHour: number;
  isForeign: number;
}

function makePayments(count: number, seed: number): Table {
  const random = randomFrom(seed);
  const payments = Array.from({ length: count }, () => makePayment(random));
  return {
    features,
    classes: ['legitimate', 'fraud'],
    rows: payments.map((payment) => Object.values(payment)),
    labels: payments.map((payment) => (random() < fraudProbability(payment, random) ? 1 : 0)),
  };
}

/** Its keys stand in the order of `features`. */
function makePayment(random: Random): Payment {
  const atNight = random() < 0.18;
  return {
    amountEur: rounded(Math.exp(3.6 + 1.1 * gaussian(random)), 2),
    hourOfDay: Math.floor(atNight ? random() * 6 : 6 + random() * 18),
    merchantRisk: rounded(random() ** 1.8, 3),
    distanceKm: rounded(Math.exp(1.8 + 1.3 * gaussian(random)), 1),
    minutesSinceLast: Math.round(Math.exp(4.8 + 1.4 * gaussian(random))),
    cardAgeDays: Math.floor(random() * 1_800),
    attemptsLastHour: Math.floor(-1.1 * Math.log(1 - random())),
    isForeign: random() < 0.2 ? 1 : 0,
  };
}

/** Fraud comes in patterns, not along a line; the noise keeps every model from being perfect. */
function fraudProbability(payment: Payment, random: Random): number {
  const { amountEur, hourOfDay, merchantRisk, distanceKm, minutesSinceLast, cardAgeDays } = payment;
  const { attemptsLastHour, isForeign } = payment;
  const patterns = [
    hourOfDay < 6 && amountEur > 80 ? 6.5 : 0,
    isForeign === 1 && distanceKm > 25 ? 6.5 : 0,
    attemptsLastHour >= 3 && minutesSinceLast < 180 ? 6.5 : 0,
    merchantRisk > 0.75 && cardAgeDays < 250 ? 6.5 : 0,
  ];
  const pull = patterns.reduce((sum, weight) => sum + weight, 0);
  const logit = -6.2 + pull + 1.2 * merchantRisk + 0.35 * Math.log(amountEur / 40) + 0.8 * gaussian(random);
  return 1 / (1 + Math.exp(-logit));
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
