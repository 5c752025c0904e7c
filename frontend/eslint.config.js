/** Lint rules: ESLint's and Vue's recommended ones, with the globals each folder may use. */
import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import { layers } from './scripts/layers.js'

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
      'no-restricted-globals': [
        'error',
        {
          globals: [
            { name: 'fetch', message: 'Ask by an Api of shared/http/api.js.' },
            { name: 'XMLHttpRequest', message: 'Ask by an Api of shared/http/api.js.' },
          ],
          checkGlobalObject: true,
        },
      ],
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
    files: ['src/**'],
    plugins: { page: layers },
    rules: { 'page/layers': 'error' },
  },
  {
    files: [
      'src/shared/http/api.js',
      'src/studio/direct/http.js',
      'benchmarks/**',
      'e2e/**',
      'scripts/**',
    ],
    rules: { 'no-restricted-globals': 'off', 'no-console': 'off' },
  },
]
