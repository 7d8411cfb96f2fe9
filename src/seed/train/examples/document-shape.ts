/** A model that shows the shape of a document and nothing else. */
export interface DocumentShape {
  readonly name: string;
  readonly description: string;
  readonly framework: string;
  readonly document: Record<string, unknown>;
}
