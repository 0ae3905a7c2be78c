/** What is used of the validator of others; it comes without types. */
type Judgement = {
  readonly tests: readonly {
    readonly name: string;
    readonly isValid: boolean;
    readonly errors: readonly { readonly instancePath: string; readonly message: string }[];
    readonly warnings: readonly { readonly instancePath: string; readonly message: string }[];
  }[];
};

declare module '@secvisogram/csaf-validator-lib/validate.js' {
  export default function validate(tests: readonly unknown[], document: unknown): Promise<Judgement>;
}
declare module '@secvisogram/csaf-validator-lib/schemaTests.js' {
  export const csaf_2_0_strict: unknown;
}
declare module '@secvisogram/csaf-validator-lib/csaf_2_1/schemaTests.js' {
  export const csaf_2_1_strict: unknown;
}
declare module '@secvisogram/csaf-validator-lib/mandatoryTests.js' {}
declare module '@secvisogram/csaf-validator-lib/optionalTests.js' {}
declare module '@secvisogram/csaf-validator-lib/csaf_2_1/mandatoryTests.js' {}
declare module '@secvisogram/csaf-validator-lib/csaf_2_1/recommendedTests.js' {}
