/**
 * One gathering of the application's metrics at a time: scrapes that come while it
 * is under way share its answer.
 */

import { Exposition } from "../generated/types";
import { Outbox } from "../machine/outbox";
import { Timer, TimerKind, Timers } from "../machine/timers";

/** A text that comes later is left out. */
const GATHERING_MS: u64 = 1_000;

/** What has come of asking the application. */
export enum Gathered {
  UnderWay,
  Text,
  /** There is no text, or it came too late. */
  Failed,
}

/** The gathering of one machine. */
export class Gathering {
  /** Scrapes that are owed an answer. */
  readonly tickets: Array<u32> = [];
  /** The form that the first of them wanted. */
  wanted: Exposition = Exposition.Text;
  state: Gathered = Gathered.UnderWay;
  /** The form of `text`. */
  form: Exposition = Exposition.Text;
  text: string = "";
  private over: Timer = new Timer(TimerKind.GatheringOver, 0);

  constructor(
    private timers: Timers,
    private outbox: Outbox,
  ) {}

  /** Owes a scrape its answer and asks the application, unless it was asked already. */
  join(now: u64, ticket: u32, wanted: Exposition): void {
    this.tickets.push(ticket);
    if (this.tickets.length > 1) return;
    this.wanted = wanted;
    this.state = Gathered.UnderWay;
    this.timers.set(this.over, now + GATHERING_MS);
    this.outbox.gatherMetrics(ticket, wanted);
  }

  /** Whether `ticket` names the gathering under way. */
  isOf(ticket: u32): bool {
    return this.isUnderWay && this.tickets[0] == ticket;
  }

  /** The application has given its text. */
  gathered(form: Exposition, text: string): void {
    this.form = form;
    this.text = text;
    this.finish(Gathered.Text);
  }

  /** The application has given no text, or none in time. */
  fail(): void {
    if (this.isUnderWay) this.finish(Gathered.Failed);
  }

  /** Whether the scrapes can be answered now. */
  get isOver(): bool {
    return this.tickets.length > 0 && this.state != Gathered.UnderWay;
  }

  /** The scrapes have been answered. */
  clear(): void {
    this.tickets.length = 0;
    this.text = "";
  }

  private get isUnderWay(): bool {
    return this.tickets.length > 0 && this.state == Gathered.UnderWay;
  }

  private finish(state: Gathered): void {
    this.state = state;
    this.timers.clear(this.over);
  }
}
