import type { PlanFinding } from '../model/plan.ts';
import { paint, print } from './output.ts';

const styles = { refused: 'red', warned: 'yellow', accepted: 'dim' } as const;

export function showFindings(findings: readonly PlanFinding[]): void {
  for (const { name, severity, says, mend, because } of findings) {
    print(`${paint(styles[severity], severity.padEnd(8))}  ${says}  ${paint('dim', name)}`);
    print(because === undefined ? `          mend: ${mend}` : `          accepted: ${because}`);
  }
}
