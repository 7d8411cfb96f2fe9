import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { GraphQLEnumType, GraphQLSchema, lexicographicSortSchema, specifiedDirectives } from 'graphql';
import { builder } from './builder.ts';
import { costDirective, showCosts } from './field-costs.ts';
import { describeSources, provenanceDirectives } from './provenance.ts';
import './scalars.ts';
import './enums.ts';
import './query.ts';
import './health.ts';
import './server-info.ts';
import './rate-limit.ts';
import './leaderboard.ts';
import './features.ts';
import './data-integrity.ts';
import './model-info.ts';
import './model-version.ts';
import './training-run.ts';
import './model-config.ts';
import './dataset.ts';
import './artifact.ts';
import './deployment.ts';
import './top-models.ts';
import './framework-comparison.ts';
import './config-facets.ts';
import './create-dataset.ts';
import './delete-model.ts';
import './create-model-version.ts';
import './set-model-alias.ts';
import './update-leaderboard.ts';
import './put-features.ts';
import './deploy-model-version.ts';
import './retire-deployment.ts';
import './update-training-run.ts';
import './log-metrics.ts';
import './register-training-run.ts';
import './replication-status.ts';
import './put-model-config.ts';
import './serve-prediction.ts';
import './update-model-metrics.ts';

/** The whole schema, executable. */
export const schema = build();

/** The schema as text: types and fields by name, with where each comes from. */
export const printGatewaySchema = () =>
  `${printSchemaWithDirectives(lexicographicSortSchema(schema)).trim()}\n`;

function build(): GraphQLSchema {
  const bare = showCosts(describeSources(builder.toSchema({ sortSchema: false })));
  const storeEnum = bare.getType('Store');
  if (!(storeEnum instanceof GraphQLEnumType)) throw new TypeError('The schema has no enum Store.');
  return new GraphQLSchema({
    ...bare.toConfig(),
    directives: [...specifiedDirectives, ...provenanceDirectives(storeEnum), costDirective],
  });
}
