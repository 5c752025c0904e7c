/** Lint rules: ESLint's and Vue's recommended ones, with the globals each folder may use. */
import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'

export default [
  { ignores: ['dist/', 'playwright-report/', 'test-results/', 'coverage/'] },
  js.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['src/**', 'public/**'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['*.js', 'benchmarks/**', 'e2e/**', 'scripts/**', 'tests/**'],
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
  },
  {
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-unused-vars': ['error', { varsIgnorePattern: '^_' }],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Use helpers/api.js.' }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-static-inline-styles': 'error',
      'vue/no-v-html': 'error',
      'vue/prefer-true-attribute-shorthand': 'error',
      'vue/require-default-prop': 'off',
      // Prettier decides how templates are laid out.
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/singleline-html-element-content-newline': 'off',
    },
  },
  {
    // Components of our own stand before it: what the page looks like, and what its policy lets through, is theirs.
    files: ['**/*.js', '**/*.vue'],
    ignores: ['src/components/ui/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['reka-ui', 'reka-ui/*'], message: 'Use components/ui.' }] },
      ],
    },
  },
  {
    files: ['src/helpers/api.js', 'benchmarks/**', 'e2e/**', 'scripts/**'],
    rules: { 'no-restricted-globals': 'off', 'no-console': 'off' },
  },
]
