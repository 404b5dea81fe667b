-- What the migrations add up to, on SQLite. Written by tools/write-schema.ts; not to be edited.
-- PostgreSQL has the same with bigint for integer and text collate "C" for text.

CREATE TABLE "alert_history" (
  "alert_id" text not null references "alerts" ("id"),
  "sequence" integer not null,
  "at" integer not null,
  "kind" text not null,
  "reason" text not null,
  "actor" text,
  "page_id" text,
  constraint "alert_history_pk" primary key ("alert_id", "sequence")
) strict;

CREATE INDEX "alert_history_at" on "alert_history" ("at");

CREATE TABLE "alertmanager_alerts" (
  "fingerprint" text not null primary key,
  "labels" text not null,
  "annotations" text not null,
  "starts_at" integer not null,
  "ends_at" integer not null,
  "updated_at" integer not null,
  "is_timeout" integer not null,
  "generator_url" text not null
) strict;

CREATE TABLE "alertmanager_notifications" (
  "group_key" text not null,
  "receiver" text not null,
  "integration" text not null,
  "integration_index" integer not null,
  "notified_at" integer not null,
  "firing" text not null,
  "resolved" text not null,
  "expires_at" integer not null,
  constraint "alertmanager_notifications_pk" primary key ("group_key", "receiver", "integration", "integration_index")
) strict;

CREATE TABLE "alertmanager_silences" (
  "id" text not null primary key,
  "matchers" text not null,
  "starts_at" integer not null,
  "ends_at" integer not null,
  "updated_at" integer not null,
  "created_by" text not null,
  "comment" text not null,
  "annotations" text not null
) strict;

CREATE TABLE "alerts" (
  "id" text not null primary key,
  "rule_key" text not null,
  "fingerprint" text not null,
  "name" text not null,
  "labels" text not null,
  "annotations" text not null,
  "output" text not null,
  "service" text,
  "state" text not null,
  "value" real,
  "active_at" integer not null,
  "fired_at" integer,
  "resolved_at" integer,
  "resolved_by" text,
  "acknowledged_at" integer,
  "acknowledged_by" text,
  "is_rule_active" integer not null,
  "keep_firing_since" integer,
  "recheck_at" integer,
  "policy" text not null,
  "steps_begun" integer not null,
  "next_step_at" integer,
  "history_count" integer not null,
  "origin" text default 'rule' not null,
  "sender" text,
  "tags" text default '[]' not null,
  "expires_after" integer,
  "silence" text
) strict;

CREATE INDEX "alerts_fired_at" on "alerts" ("fired_at");

CREATE INDEX "alerts_instance_fired_at" on "alerts" ("rule_key", "fingerprint", "fired_at");

CREATE INDEX "alerts_origin_id" on "alerts" ("origin", "id");

CREATE INDEX "alerts_resolved_at" on "alerts" ("resolved_at");

CREATE INDEX "alerts_service_id" on "alerts" ("service", "id");

CREATE INDEX "alerts_state_id" on "alerts" ("state", "id");

CREATE TABLE "api_tokens" (
  "id" text not null primary key,
  "user_id" text not null references "users" ("id"),
  "name" text not null,
  "token_hash" text not null unique,
  "created_at" integer not null,
  "last_used_at" integer,
  "expires_at" integer,
  "revoked_at" integer,
  "role" text default 'admin' not null
) strict;

CREATE INDEX "api_tokens_user_id" on "api_tokens" ("user_id");

CREATE TABLE "channel_proofs" (
  "channel" text not null primary key,
  "last_delivered_at" integer,
  "last_test_at" integer,
  "last_test_delivered" integer,
  "last_test_reason" text,
  "last_test_duration_ms" integer
) strict;

CREATE TABLE "pages" (
  "id" text not null primary key,
  "alert_id" text not null references "alerts" ("id"),
  "kind" text not null,
  "channel" text not null,
  "step" integer not null,
  "state" text not null,
  "due_at" integer not null,
  "attempt_count" integer not null,
  "next_attempt_at" integer not null,
  "is_repeat" integer not null,
  "delivered_at" integer,
  "last_error" text
) strict;

CREATE INDEX "pages_alert_id" on "pages" ("alert_id");

CREATE INDEX "pages_state_due_at" on "pages" ("state", "due_at");

CREATE TABLE "schema_migrations" (
  "name" text not null primary key,
  "applied_at" integer not null
) strict;

CREATE TABLE "sessions" (
  "id" text not null primary key,
  "user_id" text not null references "users" ("id"),
  "token_hash" text not null unique,
  "created_at" integer not null,
  "last_used_at" integer not null,
  "client_address" text not null,
  "user_agent" text not null
) strict;

CREATE INDEX "sessions_user_id" on "sessions" ("user_id");

CREATE TABLE "sign_in_links" (
  "token_hash" text not null primary key,
  "user_id" text not null references "users" ("id"),
  "created_at" integer not null,
  "expires_at" integer not null,
  "used_at" integer
) strict;

CREATE INDEX "sign_in_links_user_id" on "sign_in_links" ("user_id");

CREATE TABLE "silence_history" (
  "silence_id" text not null,
  "sequence" integer not null,
  "at" integer not null,
  "kind" text not null,
  "reason" text not null,
  "actor" text not null,
  constraint "silence_history_pk" primary key ("silence_id", "sequence")
) strict;

CREATE TABLE "users" (
  "id" text not null primary key,
  "name" text not null unique,
  "display_name" text not null,
  "role" text not null,
  "password_hash" text,
  "created_at" integer not null,
  "disabled_at" integer,
  "last_signed_in_at" integer
) strict;
