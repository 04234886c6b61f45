/** What every engine promises of an address that it places. Two machines may hold it, both run. */
import { expect, test } from 'vitest';
import type { AddressName, MachineName, NetworkName, PlatformName } from '../../src/model/ids.ts';
import type { AddressSpec } from '../../src/model/spec.ts';
import type { Engine } from '../../src/ports/engine.ts';

export interface Stage {
  readonly engine: Engine;
  readonly platform: PlatformName;
  readonly network: NetworkName;
  readonly ip: string;
  readonly one: MachineName;
  readonly other: MachineName;
  /** Which machines have it, as they say themselves; an engine without real machines has nothing to look at. */
  readonly holdersOf?: (ip: string) => Promise<readonly MachineName[]>;
}

export function specifyPlacedAddress(open: () => Stage): void {
  const name = 'writes' as AddressName;
  const spec = (): AddressSpec => {
    const { platform, network, ip, one, other } = open();
    return { platform, name, network, ip, holders: [one, other], placed: true };
  };
  const place = (machine: MachineName) => open().engine.placeAddress(open().platform, name, machine);
  const on = async () => {
    const { engine, platform } = open();
    const address = (await engine.list(platform)).addresses.find((one) => one.name === name);
    expect(address).toMatchObject({ placed: true });
    return address?.on;
  };
  const expectOn = async (machine: MachineName | undefined) => {
    const { holdersOf, ip } = open();
    expect(await on()).toBe(machine);
    if (holdersOf !== undefined) expect(await holdersOf(ip)).toEqual(machine === undefined ? [] : [machine]);
  };

  test('it is on no machine until it is placed', async () => {
    await open().engine.ensureAddress(spec());
    await expectOn(undefined);
  });

  test('it moves from one machine to the other, and back', async () => {
    const { one, other } = open();
    for (const machine of [one, one, other, one]) {
      await place(machine);
      await expectOn(machine);
    }
  });

  test('it stays where it is when it is ensured again, also for more holders', async () => {
    const { engine, one, other } = open();
    await engine.ensureAddress(spec());
    await expectOn(one);
    await engine.ensureAddress({ ...spec(), holders: [other, one] });
    await expectOn(one);
    await engine.ensureAddress(spec());
  });

  test('it goes from a machine that may not hold it any more', async () => {
    const { engine, one, other } = open();
    await engine.ensureAddress({ ...spec(), holders: [other] });
    await expectOn(undefined);
    await engine.ensureAddress(spec());
    await place(one);
    await expectOn(one);
  });

  test('a machine without power has it once it starts, and not if it was moved meanwhile', async () => {
    const { engine, platform, one, other } = open();
    await engine.powerOff(platform, one);
    expect(await on()).toBe(one);
    await engine.startMachine(platform, one);
    await expectOn(one);
    await engine.powerOff(platform, one);
    await place(other);
    await engine.startMachine(platform, one);
    await expectOn(other);
  });

  test('a machine without power has it from its next start on when it was placed there meanwhile', async () => {
    const { engine, platform, one, other, holdersOf, ip } = open();
    await engine.powerOff(platform, one);
    await place(one);
    expect(await on()).toBe(one);
    if (holdersOf !== undefined) expect(await holdersOf(ip)).not.toContain(other);
    await engine.startMachine(platform, one);
    await expectOn(one);
  });

  test('a machine that is cut off loses it all the same', async () => {
    const { engine, platform, one, other } = open();
    await engine.cutOff(platform, one);
    await place(other);
    await engine.rejoin(platform, one);
    await expectOn(other);
  });

  test('who may not have it is refused', async () => {
    const { engine, platform, one } = open();
    await expect(place('nobody-1' as MachineName)).rejects.toMatchObject(coded('address-not-held'));
    const missing = engine.placeAddress(platform, 'nowhere' as AddressName, one);
    await expect(missing).rejects.toMatchObject(coded('address-missing'));
    await engine.ensureAddress({ ...spec(), placed: false });
    await expect(place(one)).rejects.toMatchObject(coded('address-not-placed'));
  });

  test('it is gone from all when it is removed', async () => {
    const { engine, platform, one, ip, holdersOf } = open();
    await engine.ensureAddress(spec());
    await place(one);
    await engine.removeAddress(platform, name);
    expect((await engine.list(platform)).addresses).toEqual([]);
    if (holdersOf !== undefined) expect(await holdersOf(ip)).toEqual([]);
  });
}

const coded = (code: string) => ({ code: expect.stringMatching(`-${code}$`) as string });
