CREATE TABLE "messages" (
	"session_id" text NOT NULL,
	"sequence" integer NOT NULL,
	"id" text NOT NULL,
	"role" text NOT NULL,
	"content" text NOT NULL,
	"metadata" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "messages_pkey" PRIMARY KEY("session_id","sequence"),
	CONSTRAINT "messages_session_id_id" UNIQUE("session_id","id"),
	CONSTRAINT "messages_id_bytes" CHECK (octet_length("messages"."id") between 1 and 128),
	CONSTRAINT "messages_sequence" CHECK ("messages"."sequence" >= 1),
	CONSTRAINT "messages_role" CHECK ("messages"."role" in ('user', 'assistant', 'system')),
	CONSTRAINT "messages_content_bytes" CHECK (octet_length("messages"."content") between 1 and 65536),
	CONSTRAINT "messages_metadata" CHECK (jsonb_typeof("messages"."metadata") = 'object')
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text,
	"agent" text NOT NULL,
	"title" text,
	"status" text NOT NULL,
	"precision_openness" double precision NOT NULL,
	"precision_conscientiousness" double precision NOT NULL,
	"precision_extraversion" double precision NOT NULL,
	"precision_agreeableness" double precision NOT NULL,
	"precision_neuroticism" double precision NOT NULL,
	"scored_through" integer NOT NULL,
	"message_count" integer NOT NULL,
	"agent_session_id" text,
	"parent_id" text,
	"forked_at" integer,
	"metadata" jsonb NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sessions_id_bytes" CHECK (octet_length("sessions"."id") between 1 and 64),
	CONSTRAINT "sessions_user_id_bytes" CHECK (octet_length("sessions"."user_id") between 1 and 255),
	CONSTRAINT "sessions_agent_bytes" CHECK (octet_length("sessions"."agent") between 1 and 64),
	CONSTRAINT "sessions_title_length" CHECK (char_length("sessions"."title") between 1 and 200),
	CONSTRAINT "sessions_agent_session_id_bytes" CHECK (octet_length("sessions"."agent_session_id") between 1 and 255),
	CONSTRAINT "sessions_status" CHECK ("sessions"."status" in ('active', 'paused', 'completed', 'aborted')),
	CONSTRAINT "sessions_precision" CHECK ("sessions"."precision_openness" between 0 and 1 and "sessions"."precision_conscientiousness" between 0 and 1 and "sessions"."precision_extraversion" between 0 and 1 and "sessions"."precision_agreeableness" between 0 and 1 and "sessions"."precision_neuroticism" between 0 and 1),
	CONSTRAINT "sessions_counts" CHECK ("sessions"."message_count" >= 0 and "sessions"."scored_through" between 0 and "sessions"."message_count"),
	CONSTRAINT "sessions_forked_at" CHECK ("sessions"."forked_at" >= 0),
	CONSTRAINT "sessions_metadata" CHECK (jsonb_typeof("sessions"."metadata") = 'object'),
	CONSTRAINT "sessions_version" CHECK ("sessions"."version" >= 0),
	CONSTRAINT "sessions_times" CHECK ("sessions"."updated_at" >= "sessions"."created_at")
);
--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idx_messages_session_created" ON "messages" USING btree ("session_id","created_at");--> statement-breakpoint
CREATE INDEX "idx_sessions_user_updated" ON "sessions" USING btree ("user_id","updated_at" DESC NULLS FIRST);