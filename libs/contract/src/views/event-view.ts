import type { TimelineEvent } from '@holdfast/kernel';

/** The JSON text of one event. */
export function eventView({ id, type, time, data }: TimelineEvent): string {
  return `{"id":${id},"type":"${type}","time":"${time.toISOString()}","data":${JSON.stringify(data)}}`;
}

/** The JSON text of one page of events. */
export function eventListView(events: readonly TimelineEvent[], next: string | null): string {
  return `{"events":[${events.map(eventView).join(',')}],"nextPageToken":${JSON.stringify(next)}}`;
}

/** One event as a server-sent one (WHATWG HTML §9.2). JSON text has no line break, so one `data:` line holds it. */
export function eventFrame(event: TimelineEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${eventView(event)}\n\n`;
}
