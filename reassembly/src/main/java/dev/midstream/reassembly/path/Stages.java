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
import dev.midstream.reassembly.store.MemoryBudget;

/**
 * The stages of the path, made once for an engine.
 *
 * @param configuration what the operator wants
 * @param counters what is counted
 * @param events where events go
 * @param headers rewrites header fields
 * @param admission accepts, delays or drops
 * @param delivery calls agents
 * @param emission sends
 * @param resets resets both ends
 * @param custody takes octets into custody
 * @param retransmitter repeats what the engine owes
 * @param drain sends what follows from a segment but not with it
 * @param duties what the engine does as an end of its own
 */
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

  public static Stages of(
      EngineConfiguration configuration,
      MemoryBudget budget,
      ExpectationTable expectations,
      CopyGate copyGate,
      Counters counters,
      EventSink events) {
    HeaderRewrite headers = new HeaderRewrite(configuration, budget, counters);
    Admission admission = new Admission(configuration, budget, counters, events);
    Delivery delivery = new Delivery(configuration, expectations, budget, counters, events);
    Emission emission = new Emission(configuration, counters);
    ResetSender resets = new ResetSender(configuration.vantage(), counters, events);
    AckGenerator acks = new AckGenerator(headers.acknowledgements(), headers.windows(), counters);
    OutputDrain drain = new OutputDrain(configuration.vantage(), delivery, emission, acks, resets);
    CustodyPolicy custody = new CustodyPolicy(copyGate, counters);
    Retransmitter retransmitter = new Retransmitter(emission, counters, events);
    EndpointDuties duties =
        new EndpointDuties(
            configuration.vantage(), budget, emission, custody, acks, retransmitter, drain);
    return new Stages(
        configuration,
        counters,
        events,
        headers,
        admission,
        delivery,
        emission,
        resets,
        custody,
        retransmitter,
        drain,
        duties);
  }
}
