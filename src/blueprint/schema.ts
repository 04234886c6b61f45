/**
 * The blueprint's one schema. From it come the types that the code uses, the
 * JSON Schema that editors use (`spillway schema`) and the reference page
 * (`docs/reference.md`), so that none of them can differ from what is accepted.
 */
import { z } from 'zod';
import type {
  AddressName,
  ContentName,
  DatabaseName,
  EngineName,
  FlavourName,
  NetworkName,
  PlatformName,
  PoolName,
  SiteName,
} from '../model/ids.ts';
import { roleSettings } from '../roles/settings.ts';
import {
  absolutePath,
  cidr,
  count,
  hostName,
  ipv4,
  name,
  oneOrMore,
  port,
  price,
  quantity,
  reference,
  urlPath,
} from './fields.ts';

const site = z
  .strictObject({ place: z.string().optional().describe('Where it is, for people.') })
  .describe('A failure domain with a place: a data centre.');

const network = z
  .strictObject({
    kind: z
      .enum(['public', 'private'])
      .describe('`public` is what visitors see; a private network reaches only the platform’s machines.'),
    cidr: cidr.describe('IPv4. The first and the last address are not given to machines.'),
  })
  .describe('A network that spans all sites.');

const engine = z
  .strictObject({
    kind: z.literal('lab', { error: 'this must be `lab`: containers on this host' }),
    cores: quantity('share').prefault('5 %').describe('The part of a flavour’s cores that a lab machine gets.'),
    memory: quantity('share').prefault('2 %').describe('The part of a flavour’s memory that a lab machine gets.'),
  })
  .describe('Where machines come from.');

const flavour = z
  .strictObject({
    cores: quantity('cores'),
    memory: quantity('size'),
    disk: quantity('size').optional(),
    bandwidth: quantity('bandwidth').optional().describe('What its line to the public carries.'),
    price: price.describe('Per hour or per month (730 hours).'),
  })
  .describe('Cores, memory, disk, price.');

const part = {
  site: oneOrMore(reference<SiteName>('sites', 'rbx')).describe(
    'One site, or several among which the machines are spread in turn.',
  ),
  flavour: reference<FlavourName>('flavours', 'host-32'),
  engine: reference<EngineName>('engines', 'lab').optional().describe('By default the only engine.'),
  serves: quantity('rate')
    .optional()
    .describe('What one such machine serves; the plan compares the sum with the peak.'),
};

const pool = z
  .strictObject({
    roles: z
      .strictObject(mapValues(roleSettings))
      .describe('What software makes these machines do their job, and with which settings.'),
    networks: z
      .array(reference<NetworkName>('networks', 'private'))
      .min(1, { error: 'a machine needs at least one network' }),
    base: z.strictObject({ count: count(1, 10_000), ...part }).describe('The machines that are always there.'),
    overflow: z
      .strictObject({ count: count(1, 10_000).describe('At most this many.'), ...part })
      .optional()
      .describe('Machines that come and go with the load.'),
  })
  .describe('Machines that do the same job.');

/** `roles` is a strict object of optional settings, so that `balancer:` alone means the defaults. */
function mapValues<Settings extends Record<string, z.ZodType>>(settings: Settings) {
  return Object.fromEntries(
    Object.entries(settings).map(([role, schema]) => [role, z.preprocess((value) => value ?? {}, schema).optional()]),
  ) as unknown as { [Role in keyof Settings]: z.ZodOptional<Settings[Role]> };
}

const address = z
  .strictObject({
    network: reference<NetworkName>('networks', 'public').describe('A public network.'),
    pool: reference<PoolName>('pools', 'balancer').describe('The machines that may hold it.'),
    ip: ipv4.optional().describe('By default the highest free one.'),
  })
  .describe('An IP that can move between the machines of a pool.');

const route = z
  .strictObject({
    address: reference<AddressName>('addresses', 'www'),
    host: oneOrMore(hostName).describe('Host names that this route answers; the certificate bears them.'),
    path: urlPath.prefault('/').describe('Only paths that start with this.'),
    to: reference<PoolName>('pools', 'web'),
    health: urlPath.prefault('/').describe('The page by which a machine is judged: it must answer 200.'),
    tls: z.boolean().default(true).describe('Whether 443 is answered as well as 80.'),
  })
  .describe('Traffic from an address to a pool.');

const flow = z
  .strictObject({
    from: reference<PoolName>('pools', 'web'),
    to: reference<PoolName>('pools', 'database'),
    ports: z.array(port).min(1).optional().describe('By default the ports on which the roles of the pool answer.'),
  })
  .describe('Which pool may talk to which. What is not listed, and follows from no route, is closed.');

const data = z
  .strictObject({
    pool: reference<PoolName>('pools', 'database'),
    size: quantity('size').optional().describe('Its size in production.'),
    schema: z
      .string()
      .regex(/^\.?\/?[A-Za-z0-9._/-]+\.sql$/, { error: 'this must be a file of SQL, relative to the blueprint' })
      .optional()
      .describe('Its tables: a file of SQL that may be run again and again (`CREATE TABLE IF NOT EXISTS …`).'),
    accounts: z
      .record(
        name<string>('site', 16),
        z.strictObject({
          from: oneOrMore(reference<PoolName>('pools', 'web')).describe('The pools from which it may connect.'),
          rights: z.record(
            z.string().regex(/^(\*|[a-z_][a-z0-9_]*)$/, { error: 'this must be a table or `*`' }),
            z
              .array(
                z.enum([
                  'select',
                  'insert',
                  'update',
                  'delete',
                  'create',
                  'alter',
                  'drop',
                  'index',
                  'references',
                  'lock tables',
                ]),
              )
              .min(1),
          ),
        }),
      )
      .describe('Each with a generated password, and no more rights than listed: table, or `*`, to rights.'),
  })
  .describe('A database.');

const content = z
  .strictObject({
    source: z
      .string()
      .regex(/^\.?\/?[A-Za-z0-9._/-]+$/, { error: 'this must be a folder, relative to the blueprint' })
      .describe('A folder beside the blueprint; its files are laid on the origin.'),
    path: absolutePath.describe('Where it lies on the machines.'),
    writable: z
      .array(
        z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/, {
          error: 'this must be a folder within the content, for example `public/media`',
        }),
      )
      .default([])
      .describe('Folders in it that the application on the origin may write; all else is root’s.'),
    origin: reference<PoolName>('pools', 'backoffice').describe('The pool whose first machine holds the original.'),
    size: quantity('size').optional().describe('Its size in production.'),
    fill: z
      .strictObject({
        run: z.string().min(1).describe('A command, run in the content’s folder on its origin.'),
        check: z.string().min(1).describe('Exits 0 when `run` has nothing left to do.'),
        database: z
          .strictObject({ name: reference<DatabaseName>('data', 'sofoot'), account: name<string>('editor', 16) })
          .optional()
          .describe('The command finds it in its environment.'),
      })
      .optional()
      .describe('What makes the first data and files.'),
  })
  .describe('Files that are the same on every machine that has the role `content`.');

const objectives = z
  .strictObject({
    peak: z
      .strictObject({
        requests: quantity('rate').describe('At the height of it.'),
        growth: z.number().min(1).optional().describe('It is so many times the load before,'),
        within: quantity('duration').optional().describe('and comes within this time.'),
        answer: quantity('size').optional().describe('Mean size of an answer; with it the lines are checked.'),
      })
      .optional(),
    lostRequests: quantity('share').optional(),
    p99: quantity('duration').optional().describe('99 of 100 answers come within this.'),
    rto: quantity('duration').optional().describe('The longest interruption after a failure.'),
    rpo: quantity('duration').optional().describe('The most work that a failure may lose, as time.'),
    budget: price.optional(),
  })
  .describe('What the platform must hold.');

const accept = z
  .strictObject({
    finding: z.string().regex(/^[a-z0-9-]+(:[a-z0-9-]+)?$/, {
      error: 'this must be the name of a finding as `plan` shows it, for example `single-machine:backoffice`',
    }),
    because: z.string().min(3, { error: 'say why in a few words' }),
  })
  .describe('A finding of the plan that is known and accepted, with the reason.');

export const blueprintSchema = z
  .strictObject({
    platform: name<PlatformName>('sofoot', 20).describe('The platform’s name.'),
    about: z.string().optional().describe('What it is, in a sentence or two.'),
    sites: record(name<SiteName>('rbx'), site),
    networks: record(name<NetworkName>('private', 15), network),
    engines: record(name<EngineName>('lab'), engine).prefault({ lab: { kind: 'lab' } }),
    flavours: record(name<FlavourName>('host-32'), flavour),
    pools: record(name<PoolName>('web', 20), pool),
    addresses: record(name<AddressName>('www', 20), address).default({}),
    routes: z.array(route).default([]),
    flows: z.array(flow).default([]),
    data: record(name<DatabaseName>('sofoot'), data).default({}),
    content: record(name<ContentName>('site'), content).default({}),
    objectives: objectives.prefault({}),
    accept: z.array(accept).default([]),
    timeZone: z
      .string()
      .regex(/^[A-Za-z]+(\/[A-Za-z_+-]+)*$/, { error: 'this must be a time zone, for example `Europe/Paris`' })
      .default('Etc/UTC')
      .describe('Of the machines.'),
  })
  .describe('One hosting platform.');

function record<Key extends string, Value extends z.ZodType>(key: z.ZodType<Key, string>, value: Value) {
  return z.record(key, value) as unknown as z.ZodType<
    Readonly<Record<Key, z.output<Value>>>,
    Readonly<Record<string, z.input<Value>>>
  >;
}

type Deep<T> = T extends string | number | boolean | undefined
  ? T
  : T extends object
    ? { readonly [Key in keyof T]: Deep<T[Key]> }
    : T;

/** A blueprint that was checked: units are base units (ms, bytes, per second, price per hour). */
export type Blueprint = Deep<z.output<typeof blueprintSchema>>;
export type PoolBlueprint = Blueprint['pools'][PoolName];
export type PoolPart = PoolBlueprint['base'];
export type RoleName = keyof typeof roleSettings;
export type RoleSettings = { readonly [Role in RoleName]: Deep<z.output<(typeof roleSettings)[Role]>> };
