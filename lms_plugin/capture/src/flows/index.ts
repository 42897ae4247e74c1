/** The flows that are one step further, in a bundle of their own for each language. */

import type { Flow } from '../app';
import type { Further } from '../press';
import { contact } from './contact';
import { gaps } from './gaps';
import { log } from './log';
import { request } from './request';

export { css } from './styles';

export const flows: Record<Further, Flow> = { contact, gaps, log, request };
