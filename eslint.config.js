// @ts-check
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const why = 'What is decided depends on arguments alone, so that it can be replayed and simulated: ';

/** What reaches out of a pure folder without an import. Imports are held by .dependency-cruiser.ts. */
const purity = {
  files: ['src/{model,blueprint,plan,control,roles,sim/policies}/**/*.ts'],
  rules: {
    'no-restricted-globals': [
      'error',
      ...['performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => ({
        name,
        message: `${why}take "now" as an argument, and return what should happen later.`,
      })),
      ...['crypto'].map((name) => ({ name, message: `${why}take a seeded generator as an argument.` })),
      ...['process', 'console', 'fetch', 'WebSocket', 'globalThis'].map((name) => ({
        name,
        message: `${why}return what should happen; the runtime does it.`,
      })),
    ],
    'no-restricted-syntax': [
      'error',
      {
        selector: 'MemberExpression[object.name="Date"][property.name="now"]',
        message: `${why}take "now" as an argument.`,
      },
      {
        selector: ':matches(NewExpression, CallExpression)[callee.name="Date"][arguments.length=0]',
        message: `${why}take "now" as an argument; new Date(now) is welcome.`,
      },
      {
        selector: 'MemberExpression[object.name="Temporal"][property.name="Now"]',
        message: `${why}take "now" as an argument.`,
      },
      {
        selector: 'MemberExpression[object.name="Math"][property.name="random"]',
        message: `${why}take a seeded generator as an argument.`,
      },
    ],
  },
};

export default defineConfig(
  { ignores: ['node_modules/', '.tools/', 'coverage/', 'web/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // `while (true)` around a wait is the plain way to write a loop that a signal ends.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // A port's implementation may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // In a test, an absent value shall throw at that very place.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  purity,
);
