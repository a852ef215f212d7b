package dev.midstream.reassembly.path;

import dev.midstream.reassembly.admit.Admission;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.AckGenerator;
import dev.midstream.reassembly.endpoint.CopyGate;
import dev.midstream.reassembly.endpoint.CustodyPolicy;
import dev.midstream.reassembly.endpoint.Retransmitter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;

/** The stages that several paths share, one set for an engine. */
public record Stages(
    EngineConfiguration configuration,
    Counters counters,
    EventSink events,
    HeaderRewrite headers,
    Admission admission,
    Delivery delivery,
    Emission emission,
    ResetSender resets,
    CustodyPolicy custody,
    Retransmitter retransmitter,
    OutputDrain drain,
    EndpointDuties duties) {

  /** Creates and connects the stages of one engine. */
  public static Stages of(
      EngineConfiguration configuration,
      MemoryBudget budget,
      ExpectationTable expectations,
      CopyGate copyGate,
      Counters counters,
      EventSink events) {
    Vantage vantage = configuration.vantage();
    HeaderRewrite headers = new HeaderRewrite(configuration, budget, counters);
    Emission emission = new Emission(configuration, counters);
    Delivery delivery = new Delivery(configuration, expectations, budget, counters, events);
    ResetSender resets = new ResetSender(vantage, counters, events);
    AckGenerator acks = new AckGenerator(headers.acknowledgements(), headers.windows(), counters);
    OutputDrain drain = new OutputDrain(vantage, delivery, emission, acks, resets);
    CustodyPolicy custody = new CustodyPolicy(copyGate, counters);
    Retransmitter retransmitter = new Retransmitter(emission, counters, events);
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
        new EndpointDuties(vantage, budget, emission, custody, acks, retransmitter, drain));
  }

  boolean isInline() {
    return configuration.vantage() == Vantage.INLINE;
  }
}
