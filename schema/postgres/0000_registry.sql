CREATE TABLE "artifacts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"model_name" text collate "C" NOT NULL,
	"version" integer NOT NULL,
	"kind" text NOT NULL,
	"uri" text NOT NULL,
	"sha256" text,
	"size_bytes" bigint,
	"created_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "artifacts_sha256" CHECK ("artifacts"."sha256" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "artifacts_size" CHECK ("artifacts"."size_bytes" >= 0)
);
--> statement-breakpoint
CREATE TABLE "datasets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"version" text DEFAULT '1' NOT NULL,
	"uri" text,
	"row_count" bigint,
	"digest" text,
	"created_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "datasets_name_version" UNIQUE("name","version"),
	CONSTRAINT "datasets_row_count" CHECK ("datasets"."row_count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "deployments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"model_name" text collate "C" NOT NULL,
	"version" integer NOT NULL,
	"environment" text NOT NULL,
	"status" text NOT NULL,
	"traffic_percent" integer NOT NULL,
	"endpoint" text,
	"created_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	"deployed_at" timestamp(6) with time zone,
	"retired_at" timestamp(6) with time zone,
	CONSTRAINT "deployments_environment" CHECK ("deployments"."environment" in ('DEVELOPMENT','STAGING','PRODUCTION')),
	CONSTRAINT "deployments_status" CHECK ("deployments"."status" in ('PENDING','DEPLOYING','ACTIVE','FAILED','RETIRED')),
	CONSTRAINT "deployments_traffic" CHECK ("deployments"."traffic_percent" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "model_aliases" (
	"model_name" text collate "C" NOT NULL,
	"alias" text NOT NULL,
	"version" integer NOT NULL,
	"protected" boolean DEFAULT false NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"set_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	"set_by" text,
	CONSTRAINT "model_aliases_model_name_alias_pk" PRIMARY KEY("model_name","alias")
);
--> statement-breakpoint
CREATE TABLE "model_frameworks" (
	"model_name" text collate "C" NOT NULL,
	"framework" text NOT NULL,
	CONSTRAINT "model_frameworks_model_name_framework_pk" PRIMARY KEY("model_name","framework")
);
--> statement-breakpoint
CREATE TABLE "model_versions" (
	"model_name" text collate "C" NOT NULL,
	"version" integer NOT NULL,
	"run_id" uuid,
	"description" text,
	"tags" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "model_versions_model_name_version_pk" PRIMARY KEY("model_name","version"),
	CONSTRAINT "model_versions_positive" CHECK ("model_versions"."version" > 0)
);
--> statement-breakpoint
CREATE TABLE "models" (
	"name" text collate "C" PRIMARY KEY NOT NULL,
	"description" text,
	"tags" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "models_name_length" CHECK (char_length("models"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "run_configs" (
	"run_id" uuid PRIMARY KEY NOT NULL,
	"document" "bytea" NOT NULL,
	"sequence" bigint
);
--> statement-breakpoint
CREATE TABLE "run_datasets" (
	"run_id" uuid NOT NULL,
	"dataset_id" uuid NOT NULL,
	"role" text NOT NULL,
	"run_created_at" timestamp(6) with time zone NOT NULL,
	"accuracy" double precision,
	CONSTRAINT "run_datasets_run_id_dataset_id_role_pk" PRIMARY KEY("run_id","dataset_id","role"),
	CONSTRAINT "run_datasets_role" CHECK ("run_datasets"."role" in ('TRAIN','VALIDATION','TEST'))
);
--> statement-breakpoint
CREATE TABLE "training_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"model_name" text collate "C" NOT NULL,
	"status" text NOT NULL,
	"framework" text NOT NULL,
	"tags" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp(6) with time zone,
	"ended_at" timestamp(6) with time zone,
	CONSTRAINT "training_runs_status" CHECK ("training_runs"."status" in ('SCHEDULED','RUNNING','FINISHED','FAILED','KILLED')),
	CONSTRAINT "training_runs_ended" CHECK ("training_runs"."ended_at" >= "training_runs"."started_at")
);
--> statement-breakpoint
CREATE TABLE "model_metrics" (
	"model_name" text collate "C" NOT NULL,
	"key" text NOT NULL,
	"framework" text NOT NULL,
	"highest" double precision NOT NULL,
	"highest_run_id" uuid NOT NULL,
	"lowest" double precision NOT NULL,
	"lowest_run_id" uuid NOT NULL,
	CONSTRAINT "model_metrics_model_name_key_framework_pk" PRIMARY KEY("model_name","key","framework")
);
--> statement-breakpoint
CREATE TABLE "run_metric_points" (
	"run_id" uuid NOT NULL,
	"key" text NOT NULL,
	"step" bigint NOT NULL,
	"value" double precision NOT NULL,
	"recorded_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "run_metric_points_run_id_key_step_pk" PRIMARY KEY("run_id","key","step"),
	CONSTRAINT "run_metric_points_key_length" CHECK (char_length("run_metric_points"."key") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "run_metrics" (
	"run_id" uuid NOT NULL,
	"key" text NOT NULL,
	"step" bigint DEFAULT 0 NOT NULL,
	"value" double precision NOT NULL,
	"recorded_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	"model_name" text collate "C" NOT NULL,
	"framework" text NOT NULL,
	"run_created_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "run_metrics_run_id_key_pk" PRIMARY KEY("run_id","key"),
	CONSTRAINT "run_metrics_key_length" CHECK (char_length("run_metrics"."key") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "dataset_days" (
	"dataset_id" uuid NOT NULL,
	"day" date NOT NULL,
	"runs" integer NOT NULL,
	"members" bit varying NOT NULL,
	CONSTRAINT "dataset_days_dataset_id_day_pk" PRIMARY KEY("dataset_id","day")
);
--> statement-breakpoint
CREATE TABLE "metric_days" (
	"key" text NOT NULL,
	"day" date NOT NULL,
	"framework" text NOT NULL,
	"octave" integer NOT NULL,
	"runs" integer NOT NULL,
	"total" numeric NOT NULL,
	"squares" numeric NOT NULL,
	"lowest" double precision NOT NULL,
	"highest" double precision NOT NULL,
	"buckets" integer[] NOT NULL,
	"bucket_runs" integer[] NOT NULL,
	CONSTRAINT "metric_days_key_day_framework_octave_pk" PRIMARY KEY("key","day","framework","octave")
);
--> statement-breakpoint
CREATE TABLE "metric_ranks" (
	"key" text NOT NULL,
	"day" date NOT NULL,
	"slices" bit varying[] NOT NULL,
	CONSTRAINT "metric_ranks_key_day_pk" PRIMARY KEY("key","day")
);
--> statement-breakpoint
CREATE TABLE "ranked_values" (
	"key" text NOT NULL,
	"day" date NOT NULL,
	"lowest" double precision NOT NULL,
	"before" integer NOT NULL,
	"ascending" double precision[] NOT NULL,
	CONSTRAINT "ranked_values_key_day_lowest_pk" PRIMARY KEY("key","day","lowest")
);
--> statement-breakpoint
CREATE TABLE "run_days" (
	"day" date NOT NULL,
	"framework" text NOT NULL,
	"status" text NOT NULL,
	"runs" integer NOT NULL,
	"members" bit varying NOT NULL,
	CONSTRAINT "run_days_day_framework_status_pk" PRIMARY KEY("day","framework","status")
);
--> statement-breakpoint
CREATE TABLE "stale_days" (
	"day" date NOT NULL,
	"changed_at" timestamp(6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"key" text PRIMARY KEY NOT NULL,
	"input_sha256" text NOT NULL,
	"answer" jsonb NOT NULL,
	"first_used_at" timestamp(6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_events" (
	"sequence" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "model_events_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"model_name" text collate "C",
	"kind" text NOT NULL,
	"subject_type" text,
	"subject_key" text,
	"actor" text,
	"before" jsonb,
	"after" jsonb,
	"at" timestamp(6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"sequence" bigint NOT NULL,
	"store" text NOT NULL,
	"model_name" text collate "C" NOT NULL,
	"metric_keys" text[],
	"created_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp(6) with time zone DEFAULT now() NOT NULL,
	"last_error" text,
	"applied_at" timestamp(6) with time zone,
	"dead_at" timestamp(6) with time zone,
	"discarded_because" text,
	CONSTRAINT "outbox_sequence_store_pk" PRIMARY KEY("sequence","store"),
	CONSTRAINT "outbox_store" CHECK ("outbox"."store" in ('MONGODB','REDIS'))
);
--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_version" FOREIGN KEY ("model_name","version") REFERENCES "public"."model_versions"("model_name","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_version" FOREIGN KEY ("model_name","version") REFERENCES "public"."model_versions"("model_name","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_aliases" ADD CONSTRAINT "model_aliases_version" FOREIGN KEY ("model_name","version") REFERENCES "public"."model_versions"("model_name","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_frameworks" ADD CONSTRAINT "model_frameworks_model_name_models_name_fk" FOREIGN KEY ("model_name") REFERENCES "public"."models"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_model_name_models_name_fk" FOREIGN KEY ("model_name") REFERENCES "public"."models"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_configs" ADD CONSTRAINT "run_configs_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_datasets" ADD CONSTRAINT "run_datasets_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_datasets" ADD CONSTRAINT "run_datasets_dataset_id_datasets_id_fk" FOREIGN KEY ("dataset_id") REFERENCES "public"."datasets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_model_name_models_name_fk" FOREIGN KEY ("model_name") REFERENCES "public"."models"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_metrics" ADD CONSTRAINT "model_metrics_model_name_models_name_fk" FOREIGN KEY ("model_name") REFERENCES "public"."models"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_metric_points" ADD CONSTRAINT "run_metric_points_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_metrics" ADD CONSTRAINT "run_metrics_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_sequence_model_events_sequence_fk" FOREIGN KEY ("sequence") REFERENCES "public"."model_events"("sequence") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "artifacts_by_version" ON "artifacts" USING btree ("model_name","version","created_at","id");--> statement-breakpoint
CREATE INDEX "datasets_by_name" ON "datasets" USING btree ("name","created_at","id");--> statement-breakpoint
CREATE INDEX "datasets_by_name_prefix" ON "datasets" USING btree ("name" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "deployments_live" ON "deployments" USING btree ("created_at","id") WHERE "deployments"."status" in ('PENDING','DEPLOYING','ACTIVE');--> statement-breakpoint
CREATE INDEX "deployments_by_model" ON "deployments" USING btree ("model_name","created_at","id");--> statement-breakpoint
CREATE INDEX "deployments_by_environment" ON "deployments" USING btree ("model_name","environment","created_at","id");--> statement-breakpoint
CREATE INDEX "deployments_active" ON "deployments" USING btree ("environment","model_name") WHERE "deployments"."status" = 'ACTIVE';--> statement-breakpoint
CREATE INDEX "deployments_by_version" ON "deployments" USING btree ("model_name","version","created_at","id");--> statement-breakpoint
CREATE INDEX "model_aliases_by_version" ON "model_aliases" USING btree ("model_name","version");--> statement-breakpoint
CREATE INDEX "model_frameworks_by_framework" ON "model_frameworks" USING btree ("framework","model_name");--> statement-breakpoint
CREATE INDEX "model_versions_by_run" ON "model_versions" USING btree ("run_id","model_name","version");--> statement-breakpoint
CREATE INDEX "models_by_created" ON "models" USING btree ("created_at","name");--> statement-breakpoint
CREATE INDEX "models_by_name" ON "models" USING btree ("name","created_at");--> statement-breakpoint
CREATE INDEX "models_by_updated" ON "models" USING btree ("updated_at","name");--> statement-breakpoint
CREATE INDEX "models_by_tag" ON "models" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "run_datasets_by_dataset" ON "run_datasets" USING btree ("dataset_id","accuracy","run_id","run_created_at");--> statement-breakpoint
CREATE INDEX "training_runs_by_created" ON "training_runs" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "training_runs_by_model" ON "training_runs" USING btree ("model_name","created_at","id");--> statement-breakpoint
CREATE INDEX "training_runs_by_framework" ON "training_runs" USING btree ("framework","created_at","id");--> statement-breakpoint
CREATE INDEX "training_runs_by_status" ON "training_runs" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "training_runs_by_duration" ON "training_runs" USING btree ((extract(epoch from "ended_at" - "started_at")),"id") WHERE (extract(epoch from "training_runs"."ended_at" - "training_runs"."started_at")) is not null;--> statement-breakpoint
CREATE INDEX "training_runs_by_model_duration" ON "training_runs" USING btree ("model_name",(extract(epoch from "ended_at" - "started_at")),"id") WHERE (extract(epoch from "training_runs"."ended_at" - "training_runs"."started_at")) is not null;--> statement-breakpoint
CREATE INDEX "training_runs_without_duration" ON "training_runs" USING btree ("created_at","id") WHERE (extract(epoch from "training_runs"."ended_at" - "training_runs"."started_at")) is null;--> statement-breakpoint
CREATE INDEX "model_metrics_by_highest" ON "model_metrics" USING btree ("key","framework","highest","model_name");--> statement-breakpoint
CREATE INDEX "model_metrics_by_lowest" ON "model_metrics" USING btree ("key","framework","lowest","model_name");--> statement-breakpoint
CREATE INDEX "model_metrics_by_model" ON "model_metrics" USING btree ("key","model_name","highest") WHERE "model_metrics"."framework" = '';--> statement-breakpoint
CREATE INDEX "run_metrics_by_value" ON "run_metrics" USING btree ("key","value","run_id","framework","run_created_at") WHERE "run_metrics"."value" <> 'NaN';--> statement-breakpoint
CREATE INDEX "run_metrics_by_model" ON "run_metrics" USING btree ("model_name","key","value","run_id") WHERE "run_metrics"."value" <> 'NaN';--> statement-breakpoint
CREATE INDEX "run_metrics_by_created" ON "run_metrics" USING btree ("key","run_created_at","framework","value") WHERE "run_metrics"."value" <> 'NaN';--> statement-breakpoint
CREATE INDEX "stale_days_by_day" ON "stale_days" USING btree ("day","changed_at");--> statement-breakpoint
CREATE INDEX "model_events_by_model" ON "model_events" USING btree ("model_name","sequence");--> statement-breakpoint
CREATE INDEX "outbox_pending" ON "outbox" USING btree ("store","sequence") WHERE "outbox"."applied_at" is null and "outbox"."dead_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_pending_by_model" ON "outbox" USING btree ("store","model_name","sequence") WHERE "outbox"."applied_at" is null and "outbox"."discarded_because" is null;--> statement-breakpoint
CREATE INDEX "outbox_dead" ON "outbox" USING btree ("sequence","store") WHERE "outbox"."dead_at" is not null;--> statement-breakpoint
CREATE INDEX "outbox_applied" ON "outbox" USING btree ("applied_at") WHERE "outbox"."applied_at" is not null;--> statement-breakpoint
CREATE VIEW "public"."dataset_statistics" AS (
  select d.id as dataset_id, d.name, d.version, count(r.id)::integer as total_experiments,
    max(m.value) as best_accuracy, avg(m.value) as average_accuracy, max(r.created_at) as last_run_at
  from datasets d
  left join (select distinct run_id, dataset_id from run_datasets) u on u.dataset_id = d.id
  left join training_runs r on r.id = u.run_id
  left join run_metrics m on m.run_id = r.id and m.key = 'accuracy'
    and m.value > '-Infinity' and m.value < 'Infinity'
  group by d.id);--> statement-breakpoint
CREATE VIEW "public"."framework_comparison" AS (
  select framework, key as metric, count(*) as total_runs, avg(value) as average, max(value) as highest,
    min(value) as lowest, percentile_cont(0.5) within group (order by value) as p50, stddev_samp(value) as stddev
  from run_metrics
  where value > '-Infinity' and value < 'Infinity'
  group by framework, key);