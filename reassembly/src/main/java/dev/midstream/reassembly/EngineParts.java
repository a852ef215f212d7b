package dev.midstream.reassembly;

import dev.midstream.reassembly.admit.Admission;
import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.commit.ExpectationRecords;
import dev.midstream.reassembly.commit.RecordWriter;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.AckGenerator;
import dev.midstream.reassembly.endpoint.CustodyPolicy;
import dev.midstream.reassembly.endpoint.Retransmitter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.fastpath.FastPath;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.ConnectionSnapshot;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.Deadlines;
import dev.midstream.reassembly.flow.ExpectationCodec;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.NameCodec;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.reassembly.lifecycle.ConnectionExpiry;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.EvictionQueues;
import dev.midstream.reassembly.lifecycle.HalfOpenConnections;
import dev.midstream.reassembly.lifecycle.KnownConnections;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.reassembly.lifecycle.StateTracker;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.park.ParkedConnections;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.path.FragmentPath;
import dev.midstream.reassembly.path.Handoff;
import dev.midstream.reassembly.path.IcmpPath;
import dev.midstream.reassembly.path.InspectedPath;
import dev.midstream.reassembly.path.LostDecisions;
import dev.midstream.reassembly.path.MemoryRelief;
import dev.midstream.reassembly.path.OutputDrain;
import dev.midstream.reassembly.path.RefusedPath;
import dev.midstream.reassembly.path.ResetSender;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.ExpectationLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * The shared parts of one engine, created and connected here and nowhere else. A part that only one
 * object uses is created by that object.
 */
final class EngineParts {
  final Segment segment = new Segment();
  final Counters counters = new Counters();
  final CurrentConnection current = new CurrentConnection(counters);
  private final EngineResources resources;
  final ConnectionHeap heap;
  final MemoryBudget budget;
  final FlowTable flows;
  final SynCache cache;
  final ParkedConnections parked;
  final KnownConnections known;
  final HalfOpenConnections halfOpen;
  final Deadlines deadlines = new Deadlines();
  final ExpectationTable expectations;
  final ExpectationCodec expectationCodec;
  final ExpectationRecords announcements;
  final Handoff handoff;
  final RuleChoice choice;
  final SynClassifier synClassifier;
  final ConnectionLifecycle lifecycle;
  final UnknownSegments unknownSegments;
  final MalformedSegments malformed;
  final InspectedPath inspected;
  final RefusedPath refused;
  final FragmentPath fragments;
  final IcmpPath icmp;
  final ConnectionTimers timers;
  final FailureContainment containment;
  final Stages stages;
  final ConnectionRegistry registry;
  final CommitJournal journal;
  final CommittedConnections commits;
  final ConnectionProtection protection;
  final ConnectionParking parking;
  final ConnectionMoves moves;
  final InheritedConnections inherited;
  private final Replica waiting = new Replica();
  final EngineEnd end;

  EngineParts(
      EngineConfiguration configuration,
      HashSeed seed,
      EngineResources resources,
      CommitLog log,
      ConnectionRouter router,
      EventSink events,
      FragmentPath.SegmentHandler segmentHandler) {
    this.resources = resources;
    budget = createBudget(resources);
    heap = new ConnectionHeap(resources.connections);
    KeyedHash hashes = new KeyedHash(seed);
    flows = new FlowTable(hashes, heap);
    cache = new SynCache(hashes, heap);
    parked = createParked(configuration, hashes);
    known = new KnownConnections(flows, cache, parked, configuration.rules(), waiting);
    expectationCodec = new ExpectationCodec(hashes, NameCodec.ofText(configuration.rules()));
    RecordWriter records = new RecordWriter(createSnapshot(configuration, log), expectationCodec);
    journal = new CommitJournal(log, heap, counters, events, records);
    announcements = new ExpectationRecords(log, heap, journal, records);
    expectations = createExpectations(configuration, router);
    choice = new RuleChoice(configuration, expectations);
    handoff = new Handoff(choice, router, counters);
    stages = createStages(configuration, router, events);
    ConnectionOpening opening = createOpening(configuration, events);
    StateTracker tracker = new StateTracker(configuration.vantage());
    synClassifier = new SynClassifier(configuration.vantage(), choice);
    refused = new RefusedPath(configuration.vantage(), counters, resources.builders);
    inspected = new InspectedPath(stages, opening, tracker, synClassifier, refused);
    timers = new ConnectionTimers(stages, budget, inspected.monitored());
    EvictionQueues evictions = createEvictions(configuration);
    halfOpen = createHalfOpen(configuration, opening, evictions);
    registry = createRegistry(opening, evictions, createFastPath(events));
    ConnectionExpiry expiry = createExpiry(configuration, tracker);
    parking = createParking(registry, opening, expiry, log.mode());
    lifecycle = createLifecycle(stages, router, registry, opening, tracker, expiry);
    commits = new CommittedConnections(current, flows, journal, announcements, stages, lifecycle);
    fragments = createFragments(hashes, segmentHandler);
    moves = createMoves(configuration, log, opening, registry, records);
    inherited = createInherited(log.mode(), opening, registry);
    unknownSegments = createUnknown();
    malformed = new MalformedSegments(stages, known, choice, handoff);
    icmp = createIcmp();
    containment = createContainment(stages, registry);
    protection = createProtection(registry);
    end = createEnd(registry);
  }

  private ParkedConnections createParked(EngineConfiguration configuration, KeyedHash hashes) {
    NameCodec names = NameCodec.ofNumbers(configuration.rules());
    return new ParkedConnections(hashes, names, heap, resources.parking);
  }

  private static EvictionQueues createEvictions(EngineConfiguration configuration) {
    return new EvictionQueues(configuration.vantage(), configuration.timeouts());
  }

  private ConnectionExpiry createExpiry(EngineConfiguration configuration, StateTracker tracker) {
    return new ConnectionExpiry(configuration.timeouts(), configuration.vantage(), tracker, choice);
  }

  private ConnectionLifecycle createLifecycle(
      Stages stages,
      ConnectionRouter router,
      ConnectionRegistry registry,
      ConnectionOpening opening,
      StateTracker tracker,
      ConnectionExpiry expiry) {
    return new ConnectionLifecycle(
        stages,
        current,
        new ConnectionRoom(stages, current, router, registry, opening, parking),
        registry,
        choice,
        opening,
        timers,
        tracker,
        synClassifier,
        expiry,
        parking,
        journal);
  }

  private MemoryBudget createBudget(EngineResources resources) {
    MemoryBudget created = new MemoryBudget(resources.memory);
    created.observeGivingWay(() -> counters.count(Reason.GAVE_WAY));
    return created;
  }

  private ConnectionMoves createMoves(
      EngineConfiguration configuration,
      CommitLog log,
      ConnectionOpening opening,
      ConnectionRegistry registry,
      RecordWriter records) {
    EngineRules rules = new EngineRules(choice, opening, log.mode());
    ConnectionSnapshot snapshot = createSnapshot(configuration, log);
    return new ConnectionMoves(
        stages,
        inspected.monitored(),
        rules,
        parking,
        current,
        registry,
        lifecycle,
        snapshot,
        records,
        fragments.reassembler());
  }

  private ConnectionOpening createOpening(EngineConfiguration configuration, EventSink events) {
    return new ConnectionOpening(
        configuration,
        choice,
        current,
        flows,
        heap,
        expectations,
        budget,
        counters,
        events,
        resources.allocator,
        journal::mode);
  }

  private HalfOpenConnections createHalfOpen(
      EngineConfiguration configuration, ConnectionOpening opening, EvictionQueues evictions) {
    return new HalfOpenConnections(
        configuration,
        current,
        flows,
        cache,
        choice,
        synClassifier,
        counters,
        opening,
        evictions,
        journal,
        inspected::process);
  }

  private FastPath createFastPath(EventSink events) {
    FastPathTerms terms = resources.fastPath;
    return new FastPath(
        terms, stages.configuration().vantage(), stages.duties(), resources.guards, events);
  }

  private ConnectionRegistry createRegistry(
      ConnectionOpening opening, EvictionQueues evictions, FastPath fastPath) {
    return new ConnectionRegistry(
        flows,
        deadlines,
        evictions,
        heap,
        halfOpen,
        parked,
        expectations,
        stages.relief(),
        journal,
        fastPath,
        opening,
        counters,
        waiting);
  }

  private UnknownSegments createUnknown() {
    return new UnknownSegments(stages, choice, lifecycle, createAwaitedClose(), resources);
  }

  /** Asks the journal; keeps nothing itself. */
  AwaitedClose createAwaitedClose() {
    return new AwaitedClose(journal.held(), choice, counters);
  }

  private IcmpPath createIcmp() {
    return new IcmpPath(
        stages, current, flows, parking, inherited, registry.fastPath, cache, halfOpen, handoff);
  }

  private ConnectionProtection createProtection(ConnectionRegistry registry) {
    return new ConnectionProtection(
        stages, commits, registry, announcements, parking, moves, handoff);
  }

  private EngineEnd createEnd(ConnectionRegistry registry) {
    return new EngineEnd(
        current, registry, inherited, parking, timers, fragments.reassembler(), containment);
  }

  private ExpectationTable createExpectations(
      EngineConfiguration configuration, ConnectionRouter router) {
    ExpectationLimits limits = configuration.limits().expectations();
    return new ExpectationTable(limits, router, announcements, counters);
  }

  /** What the agents of other engines expect. */
  SharedExpectations createShared(EngineConfiguration configuration) {
    ExpectationLimits limits = configuration.limits().expectations();
    return new SharedExpectations(expectations, expectationCodec, limits);
  }

  private ConnectionSnapshot createSnapshot(EngineConfiguration configuration, CommitLog log) {
    return flows.createSnapshot(NameCodec.ofText(configuration.rules()), log.firstCopies());
  }

  private FragmentPath createFragments(
      KeyedHash hashes, FragmentPath.SegmentHandler segmentHandler) {
    return new FragmentPath(
        stages,
        known,
        hashes,
        choice,
        handoff,
        resources.allocator,
        budget,
        resources.fragments,
        segmentHandler);
  }

  private InheritedConnections createInherited(
      CommitMode mode, ConnectionOpening opening, ConnectionRegistry registry) {
    return new InheritedConnections(
        stages, registry, parking, moves, opening, synClassifier, expectationCodec, mode);
  }

  private ConnectionParking createParking(
      ConnectionRegistry registry,
      ConnectionOpening opening,
      ConnectionExpiry expiry,
      CommitMode mode) {
    EngineRules rules = new EngineRules(choice, opening, mode);
    return new ConnectionParking(stages, registry, rules, timers, expiry);
  }

  private FailureContainment createContainment(Stages stages, ConnectionRegistry registry) {
    return new FailureContainment(
        stages,
        current,
        registry,
        parking,
        lifecycle,
        fragments.reassembler(),
        budget,
        segment.view());
  }

  private Stages createStages(
      EngineConfiguration configuration, ConnectionRouter router, EventSink events) {
    SegmentBuilder builder = resources.builders.segments();
    Vantage vantage = configuration.vantage();
    CustodyPolicy custody = new CustodyPolicy(counters, resources.guards);
    HeaderRewrite headers =
        new HeaderRewrite(configuration, budget, counters, custody::takeReported);
    Emission emission = new Emission(configuration, counters, builder);
    Delivery delivery =
        new Delivery(configuration, expectations, budget, counters, events, resources.guards);
    ResetSender resets = new ResetSender(vantage, counters, events, builder);
    AckGenerator acks = new AckGenerator(headers, emission);
    OutputDrain drain = new OutputDrain(vantage, delivery, emission, acks, resets);
    Retransmitter retransmitter = new Retransmitter(emission, counters, events);
    MemoryRelief relief =
        new MemoryRelief(configuration.limits(), budget, current, deadlines, resets, router);
    return new Stages(
        configuration,
        counters,
        events,
        headers,
        new Admission(configuration, budget, counters, events),
        delivery,
        emission,
        resets,
        custody,
        retransmitter,
        drain,
        relief,
        new EndpointDuties(
            vantage,
            budget,
            emission,
            custody,
            acks,
            retransmitter,
            drain,
            relief,
            new LostDecisions(counters, events)),
        resources.builders);
  }
}
