import type { Pick } from '../entities.ts';
import type { MongoRuns } from './runs.ts';

const finished = [{ $match: { status: 'FINISHED' } }, { $project: { _id: 0, framework: 1, accuracy: 1 } }];

/** The few first, then $lookup by an index with its own filter and projection, and only then $unwind and $group. */
export async function complex({ datasets }: MongoRuns, pick: Pick): Promise<number> {
  const found = await datasets
    .aggregate([
      { $match: { team: pick.team() } },
      {
        $lookup: {
          from: 'bench_runs',
          localField: '_id',
          foreignField: 'dataset',
          pipeline: finished,
          as: 'run',
        },
      },
      { $unwind: '$run' },
      {
        $group: {
          _id: { dataset: '$_id', framework: '$run.framework' },
          runs: { $sum: 1 },
          mean: { $avg: '$run.accuracy' },
          best: { $max: '$run.accuracy' },
        },
      },
      { $sort: { mean: -1 } },
      { $limit: 10 },
    ])
    .toArray();
  return found.length;
}
