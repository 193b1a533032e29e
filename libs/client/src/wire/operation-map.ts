/** What one operation type takes and gives. */
export interface OperationShape {
  readonly input: unknown;
  readonly result: unknown;
}

/**
 * Operation types as their user declares them, by name:
 * `interface Operations { 'invoice.charge': { input: { amount: number }; result: { receipt: string } } }`.
 */
export type OperationMap<Types> = { readonly [Name in keyof Types]: OperationShape };

/** For a client whose types nobody declared: every name, any input, a result that has to be looked at. */
export type AnyOperations = Readonly<Record<string, OperationShape>>;

export type TypeName<Types> = keyof Types & string;
export type InputOf<Types, Name extends keyof Types> = Types[Name] extends { readonly input: infer Input }
  ? Input
  : never;
export type ResultOf<Types, Name extends keyof Types> = Types[Name] extends { readonly result: infer Result }
  ? Result
  : never;
