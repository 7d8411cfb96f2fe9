import type { Document } from 'bson';

/** Value of an expression for one document, in typed form; undefined when it is missing. */
export type Expression = (document: Document) => unknown;

/** Expression of a pipeline → function. Fails with InvalidPipelineOperator for operators that are not known. */
export type CreateExpression = (expression: unknown) => Expression;
