/** Steps are named after what they are about, so that a later plan names the same work alike. */
import type { AddressName, EngineName, MachineName, NetworkName, StepId } from '../model/ids.ts';

export const stepId = (...parts: readonly string[]): StepId => parts.join('/') as StepId;
export const imageStep = (engine: EngineName) => stepId('image', engine);
export const networkStep = (engine: EngineName, name: NetworkName) => stepId('network', engine, name);
export const addressStep = (engine: EngineName, name: AddressName) => stepId('address', engine, name);
export const machineStep = (name: MachineName) => stepId(name, 'machine');
export const roleStep = (name: MachineName, role: string) => stepId(name, role);
