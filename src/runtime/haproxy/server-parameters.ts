/** How servers that are added are checked: as those of the configuration, whose `default-server` does not count for them. */
export function serverParameters({ checkEvery }: { readonly checkEvery: number }): string {
  return `check inter ${checkEvery}ms fastinter 100ms downinter 500ms rise 1 fall 2 pool-purge-delay 30s`;
}
