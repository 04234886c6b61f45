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
  FeatureName,
  FlavourName,
  NetworkName,
  PlatformName,
  PoolName,
  SiteName,
} from '../model/ids.ts';
import { managementInterface } from '../model/spec.ts';
import { roleSettings } from '../roles/settings.ts';
import { limits } from './limits.ts';
import { queue, scale } from './scale.ts';
import {
  absolutePath,
  cidr,
  count,
  fileBeside,
  folderWithin,
  hostName,
  ipv4,
  listOf,
  name,
  oneOrMore,
  port,
  price,
  quantity,
  reference,
  tableName,
  timeZone,
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
    cidr: cidr.describe('IPv4; IPv6 is not possible yet. The first and the last address are not given to machines.'),
  })
  .describe('A network that spans all sites.');

/** Chosen: with less, systemd does not come up on any machine that is sold. */
const leastShares = { cores: '0.1 %', memory: '0.5 %' };

const engine = z
  .strictObject({
    kind: z
      .literal('lab', {
        error:
          'machines are containers on this host, and those of a cloud or servers of your own are not possible yet; write `kind: lab`',
      })
      .describe(
        'Which engine: `lab` is containers on this host. They have no DNS and no way to the internet, and are reached from this host alone. OpenStack, and servers over SSH, are not possible yet.',
      ),
    cores: quantity('share', { least: leastShares.cores, example: '5 %' })
      .prefault('5 %')
      .describe('The part of a flavour’s cores that a lab machine gets.'),
    memory: quantity('share', { least: leastShares.memory, example: '2 %' })
      .prefault('2 %')
      .describe('The part of a flavour’s memory that a lab machine gets.'),
    except: z
      .array(
        z.strictObject({
          flavour: reference<FlavourName>('flavours', 'sp-64').describe('Whose machines get another part.'),
          cores: quantity('share', { least: leastShares.cores, example: '8 %' }).optional().describe('Of its cores.'),
          memory: quantity('share', { least: leastShares.memory, example: '4 %' })
            .optional()
            .describe('Of its memory.'),
        }),
      )
      .default([])
      .describe('Flavours that lab machines get another part of: what is small in production may not be in the lab.'),
    faults: z
      .enum(['allowed', 'refused'])
      .default('allowed')
      .describe(
        'Whether `spillway fault` and rehearsals may break its machines on purpose. By default that is allowed in the lab, and refused wherever else machines come from.',
      ),
  })
  .describe('Where machines come from.');

const flavour = z
  .strictObject({
    cores: quantity('cores').describe('What the provider sells as cores or vCPU.'),
    memory: quantity('size', { example: '32GB' }).describe('The whole machine’s.'),
    disk: quantity('size', { example: '960GB' }).optional().describe('For people; nothing is checked against it.'),
    bandwidth: quantity('bandwidth').optional().describe('What its line to the public carries.'),
    price: price.describe('Per hour or per month (730 hours).'),
  })
  .describe('Cores, memory, disk, price.');

const part = {
  site: oneOrMore(reference<SiteName>('sites', 'rbx')).describe(
    'One site, or several among which the machines are spread in turn.',
  ),
  flavour: reference<FlavourName>('flavours', 'host-32').describe('What each of these machines is like.'),
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
    networks: listOf(reference<NetworkName>('networks', 'private'), 'a machine needs at least one network').describe(
      'Each becomes an interface of its name on every machine.',
    ),
    base: z
      .strictObject({ count: count(1, 10_000).describe('How many.'), ...part })
      .describe('The machines that are always there.'),
    overflow: z
      .strictObject({
        count: count(1, 10_000).describe('At most this many.'),
        ...part,
        bake: z
          .boolean()
          .default(false)
          .describe(
            'Whether they begin as a copy of a configured machine of the base, so that only what changed since has to be done.',
          ),
      })
      .optional()
      .describe('Machines that come and go with the load.'),
    scale: scale.optional().describe('How the overflow comes and goes; by default as the objectives ask for it.'),
    queue: queue
      .optional()
      .describe('Where requests wait that its machines cannot answer at once; without it, at the machines.'),
    limits,
    shed: z
      .array(name<FeatureName>('search', 20))
      .default([])
      .describe(
        'Features that it does without when too many wait, the first one first. Its machines read them in the header `X-Spillway-Shed`.',
      ),
  })
  .describe('Machines that do the same job.');

/** `roles` is a strict object of optional settings, so that `balancer:` alone means the defaults. */
function mapValues<Settings extends Record<string, z.ZodType>>(settings: Settings) {
  return Object.fromEntries(
    Object.entries(settings).map(([role, schema]) => {
      const optional = z.preprocess((value) => value ?? {}, schema).optional();
      // Editors shall take `balancer:` alone as well, where no setting is required.
      return [role, schema.safeParse({}).success ? optional.meta({ type: ['object', 'null'] }) : optional];
    }),
  ) as unknown as { [Role in keyof Settings]: z.ZodOptional<Settings[Role]> };
}

const address = z
  .strictObject({
    network: reference<NetworkName>('networks', 'public').describe(
      'Public for visitors, private for machines: that of a pool of databases leads to its primary.',
    ),
    pool: reference<PoolName>('pools', 'balancer').describe('The machines that may hold it.'),
    ip: ipv4.optional().describe('By default the highest free one.'),
  })
  .describe('An IP that can move between the machines of a pool.');

const arrives = reference<AddressName>('addresses', 'www').describe(
  'Where the traffic arrives; its pool needs the role `balancer`.',
);

/** As HAProxy takes it. */
const weight = count(1, 256);

const webRoute = z
  .strictObject({
    address: arrives,
    host: oneOrMore(hostName).describe('Host names that this route answers; the certificate bears them.'),
    path: urlPath.prefault('/').describe('Only paths that start with this.'),
    to: reference<PoolName>('pools', 'web').describe('The machines that answer.'),
    health: urlPath.prefault('/').describe('The page by which a machine is judged: it must answer 200.'),
    pages: z
      .array(urlPath)
      .default([])
      .describe(
        'Further pages that a machine must answer, with less than 400, before visitors come to it after a change.',
      ),
    tls: z
      .boolean()
      .default(true)
      .describe(
        'Whether 443 is answered as well as 80, with a certificate of the platform’s own authority: others are not possible yet.',
      ),
    weights: z
      .strictObject({
        primary: weight.describe('That of the machine that is the primary of the pool’s database.'),
        others: weight.describe('That of each of its other machines.'),
      })
      .optional()
      .describe(
        'Which part of the requests the pool’s machines get, compared with one another; it follows the primary when another machine takes its place. By default all get as much.',
      ),
  })
  .describe('Visits, by host name and path.');

const portRoute = z
  .strictObject({
    address: arrives,
    port: port.describe(
      'Connections to this port are passed on as they are, to one machine at a time. The role there says how its machines are checked.',
    ),
    to: reference<PoolName>('pools', 'database').describe('The machines that answer.'),
  })
  .describe('Connections of another kind, by port.');

const route = z
  .union([webRoute, portRoute])
  .describe('Traffic from an address to a pool: visits by host name and path, or connections to a port.');

const flow = z
  .strictObject({
    from: reference<PoolName>('pools', 'web').describe('The pool that opens connections.'),
    to: reference<PoolName>('pools', 'database').describe('The pool that accepts them.'),
    ports: z.array(port).min(1).optional().describe('By default the ports on which the roles of the pool answer.'),
  })
  .describe('Which pool may talk to which. What is not listed, and follows from no route, is closed.');

const data = z
  .strictObject({
    pool: reference<PoolName>('pools', 'database').describe(
      'The machines that serve it; they need the role `mariadb` or `galera`.',
    ),
    size: quantity('size', { zero: 'allowed', example: '60GB' }).optional().describe('Its size in production.'),
    schema: fileBeside('a file of SQL', '.sql', './site/schema.sql')
      .optional()
      .describe('Its tables: a file of SQL that may be run again and again (`CREATE TABLE IF NOT EXISTS …`).'),
    accounts: z
      .record(
        name<string>('site', 16),
        z.strictObject({
          from: oneOrMore(reference<PoolName>('pools', 'web')).describe('The pools from which it may connect.'),
          rights: z
            .record(
              tableName,
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
                .min(1)
                .describe('What it may do there.'),
              {
                error: ({ code }) =>
                  code === 'invalid_type'
                    ? 'this must say by table what it may do there, for example `{ "*": [select, insert, update, delete] }`'
                    : undefined,
              },
            )
            .describe('By table, or by `*` for all of them.'),
        }),
      )
      .describe('Each with a generated password, and no more rights than listed: table, or `*`, to rights.'),
  })
  .describe('A database.');

const content = z
  .strictObject({
    source: fileBeside('a folder', '', './site').describe(
      'A folder beside the blueprint. Its files are a release, which `up` brings to all machines. Links within the blueprint’s folder are followed; folders of version control are left out, and what else cannot be released is named by `plan`.',
    ),
    leaveOut: z
      .array(
        z
          .string()
          .min(1)
          .meta({ examples: ['**/*.psd'] }),
      )
      .default([])
      .describe(
        'Patterns of paths in it that are not released, as a shell has them; `**` stands for any number of folders.',
      ),
    path: absolutePath.describe('Where it lies on the machines: a link to the release in use.'),
    writable: z
      .array(folderWithin)
      .default([])
      .describe(
        'Folders in it that applications may write; all else is root’s. They lie outside of the releases and are the same on all machines. What `source` has in them is where they begin.',
      ),
    origin: reference<PoolName>('pools', 'backoffice').describe(
      'The pool whose first machine has the list of what applications wrote, and on which `fill` runs.',
    ),
    size: quantity('size', { zero: 'allowed', example: '60GB' }).optional().describe('Its size in production.'),
    fill: z
      .strictObject({
        run: z.string().min(1).describe('A command, run in the content’s folder on its origin.'),
        check: z.string().min(1).describe('Exits 0 when `run` has nothing left to do.'),
        database: z
          .strictObject({
            name: reference<DatabaseName>('data', 'sofoot').describe('Which database.'),
            account: name<string>('editor', 16).describe('One of its accounts.'),
          })
          .optional()
          .describe('The command finds it in its environment.'),
      })
      .optional()
      .describe('What makes the first data and files.'),
  })
  .describe('Files that are the same on every machine that has the role `content`.');

export const objectivesSchema = z
  .strictObject({
    peak: z
      .strictObject({
        requests: quantity('rate').describe('At the height of it.'),
        growth: z.number().min(1).optional().describe('How many times the load before it that is.'),
        within: quantity('duration', { example: '20s' }).optional().describe('The time in which it comes.'),
        answer: quantity('size', { example: '12kB' })
          .optional()
          .describe('Mean size of an answer; with it the lines are checked.'),
      })
      .optional()
      .describe('The most traffic that must be served.'),
    lostRequests: quantity('share', { zero: 'allowed', example: '0.1 %' })
      .optional()
      .describe('Of all requests, those that may go unanswered or be answered with an error.'),
    p99: quantity('duration', { example: '800ms' }).optional().describe('99 of 100 answers come within this.'),
    rto: quantity('duration', { zero: 'allowed', example: '30s' })
      .optional()
      .describe('The longest interruption after a failure.'),
    rpo: quantity('duration', { zero: 'allowed', example: '5min' })
      .optional()
      .describe('The most work that a failure may lose, as time.'),
    budget: price.optional().describe('What the machines may cost; of the overflow no more is made than it pays for.'),
  })
  .describe('What the platform must hold.');

const accept = z
  .strictObject({
    finding: z
      .string()
      .regex(/^[a-z0-9-]+(:[a-z0-9-]+)?$/, {
        error: 'this must be the name of a finding as `plan` shows it, for example `single-machine:backoffice`',
      })
      .meta({ examples: ['single-machine:backoffice'], 'x-kind': 'finding' })
      .describe('Its name, as `plan` and `check` show it.'),
    because: z
      .string()
      .min(3, { error: 'say why in a few words' })
      .describe('Why it is accepted, for who reads the plan.'),
  })
  .describe('A finding of the plan that is known and accepted, with the reason.');

/** A network's name becomes an interface's; these Linux and the engines keep for themselves. */
const reservedInterfaces = ['lo', 'all', 'default', managementInterface];

export const blueprintSchema = z
  .strictObject({
    platform: name<PlatformName>('sofoot', 20).describe('The platform’s name.'),
    about: z.string().optional().describe('What it is, in a sentence or two.'),
    sites: record(name<SiteName>('rbx'), site),
    networks: record(name<NetworkName>('private', 15, reservedInterfaces), network),
    engines: record(name<EngineName>('lab'), engine)
      .meta({ minProperties: 1 })
      .prefault({ lab: { kind: 'lab' } }),
    flavours: record(name<FlavourName>('host-32'), flavour),
    pools: record(name<PoolName>('web', 20), pool).meta({ minProperties: 1 }),
    addresses: record(name<AddressName>('www', 20), address).default({}),
    routes: z.array(route).default([]),
    flows: z.array(flow).default([]),
    data: record(name<DatabaseName>('sofoot'), data).default({}),
    content: record(name<ContentName>('site'), content).default({}),
    objectives: objectivesSchema.prefault({}),
    accept: z.array(accept).default([]),
    timeZone: timeZone.default('Etc/UTC').describe('The time zone of the machines.'),
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
