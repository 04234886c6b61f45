/** Steps are named after what they are about, so that a later plan names the same work alike. */
import type { AddressName, BakeName, EngineName, MachineName, NetworkName, PoolName, StepId } from '../model/ids.ts';

export const stepId = (...parts: readonly string[]): StepId => parts.join('/') as StepId;
export const imageStep = (engine: EngineName) => stepId('image', engine);
export const networkStep = (engine: EngineName, name: NetworkName) => stepId('network', engine, name);
export const addressStep = (engine: EngineName, name: AddressName) => stepId('address', engine, name);
export const placeStep = (engine: EngineName, name: AddressName) => stepId('address', engine, name, 'place');
export const bakeStep = (engine: EngineName, pool: PoolName) => stepId('bake', engine, pool);
export const bakeRemovalStep = (engine: EngineName, name: BakeName) => stepId('bake', engine, name);
export const machineStep = (name: MachineName) => stepId(name, 'machine');
export const roleStep = (name: MachineName, role: string) => stepId(name, role);
