/** A part of a headline: its words and how urgent they are. */
export interface SentencePart {
  readonly tone: 'page' | 'ticket' | 'plain';
  readonly text: string;
}
