import { expect, test } from 'vitest';
import { serverParameters } from '../../../src/runtime/haproxy/server-parameters.ts';

test('placeholder', () => expect(serverParameters({ checkEvery: 500 })).toContain('500ms'));
